/**
 * Reads what a run folder holds. Every part may be missing or damaged: that is a fact to report, not a failure.
 * Only a folder with nothing of a run in it is refused.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { SaddlepointError } from '../engine/errors.js';
import type { BoundsResult } from '../evaluation/bounds-result.js';
import type { EvaluationResult, Gallery } from '../evaluation/results.js';
import type { MetricsRecord, RunFolder } from '../monitoring/run-folder.js';
import { nameNetwork, networkKey, type NetworkProvenance } from '../evaluation/provenance/provenance.js';
import { type RecipeFacts, recipeFacts } from './recipe-facts.js';
import { readBounds } from './read-bounds.js';
import { readEvaluations } from './read-evaluations.js';
import { readJson, readText, type Part } from './read-json.js';
import { environmentSchema, gallerySchema, type Environment } from './schemas.js';

export type { Part };

/** The records of `metrics.jsonl`, and how many lines could not be read (an interrupted run leaves half a line). */
export interface Metrics {
  readonly records: readonly MetricsRecord[];
  readonly unreadable: number;
}

/** All that a report says about one run. */
export interface Run {
  readonly name: string;
  readonly path: string;
  /** Whether there are evaluations alone, of weights that were not trained in this folder. */
  readonly evaluatedOnly: boolean;
  readonly facts: RecipeFacts;
  readonly environment: Part<Environment>;
  readonly recipe: Part<string>;
  readonly metrics: Part<Metrics>;
  readonly evaluation: Part<EvaluationResult>;
  /** What that was put together from. */
  readonly results: readonly EvaluationResult[];
  /** Certified errors of the same network. */
  readonly bounds: readonly BoundsResult[];
  readonly gallery: Part<Gallery>;
  /** What lies in the folder and is not shown, with the reason, and what is not known of what is. */
  readonly remarks: readonly string[];
}

/** Reads one run folder. */
export function readRun(name: string, folder: RunFolder): Run {
  const files = [folder.environment, folder.recipe, folder.metrics, folder.evaluation, folder.gallery];
  const evaluatedOnly = !files.some((file) => existsSync(file));
  if (evaluatedOnly && folder.evaluations.length === 0 && folder.bounds.length === 0) {
    const state = existsSync(folder.path) ? 'it holds none of these' : 'there is no such folder';
    throw new SaddlepointError(
      'FILE',
      `expected the folder of a run in ${folder.path} (${files.map((file) => relative(folder.path, file)).join(', ')}); ` +
        `${state}. Name a folder that \`saddlepoint train\`, \`evaluate\` or \`demo\` made, e.g. runs/demo/standard.`,
    );
  }
  const recipe = readText(folder, folder.recipe);
  const told = recipe.value === null ? {} : recipeFacts(recipe.value);
  const { evaluation, results, network, remarks } = readEvaluations(folder, told);
  // Of weights that nobody trained here there is no recipe: their evaluation says which network they are of.
  const { bounds, leftOut } = readBounds(folder, results, told.model);
  const made = recipe.value === null ? (network ?? bounds[0]?.of.network)?.description : undefined;
  const facts = made === undefined ? told : { model: made, architecture: made.architecture };
  return {
    name,
    path: folder.path,
    evaluatedOnly,
    facts,
    environment: readJson(folder, folder.environment, environmentSchema),
    recipe,
    metrics: readMetrics(folder),
    evaluation,
    results,
    bounds,
    gallery: readGallery(folder, network),
    remarks: [...leftOut.map((reason) => `left out: ${reason}`), ...remarks],
  };
}

/** The gallery, unless it is of another network than the figures. */
function readGallery(folder: RunFolder, network: NetworkProvenance | undefined): Part<Gallery> {
  const gallery = readJson(folder, folder.gallery, gallerySchema);
  const of = gallery.value?.of;
  if (of === undefined || network === undefined || networkKey(of) === networkKey(network)) return gallery;
  return { value: null, reason: `its images are of another network (${nameNetwork(of)}) than the one evaluated last` };
}

function readMetrics(folder: RunFolder): Part<Metrics> {
  const text = readText(folder, folder.metrics);
  if (text.value === null) return text;
  const records: MetricsRecord[] = [];
  let unreadable = 0;
  for (const line of text.value.split('\n')) {
    if (line.trim() === '') continue;
    const record = parseRecord(line);
    if (record === null) unreadable += 1;
    else records.push(record);
  }
  return { value: { records, unreadable } };
}

function parseRecord(line: string): MetricsRecord | null {
  try {
    const record = JSON.parse(line) as Partial<MetricsRecord> | null;
    return record !== null && Number.isFinite(record.step) && Number.isFinite(record.epoch)
      ? (record as MetricsRecord)
      : null;
  } catch {
    return null;
  }
}
