/**
 * Reads what a run folder holds. Every part may be missing or damaged: that is a fact to report, not a failure.
 * Only a folder with nothing of a run in it is refused.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { SaddlepointError } from '../engine/errors.js';
import { readWhole } from '../engine/read-file.js';
import { combineEvaluations } from '../evaluation/combine.js';
import type { EvaluationResult, Gallery } from '../evaluation/results.js';
import type { MetricsRecord, RunFolder } from '../monitoring/run-folder.js';
import { type RecipeFacts, recipeFacts } from './recipe-facts.js';
import { environmentSchema, evaluationSchema, gallerySchema, type Schema } from './schemas.js';

/** In bytes; the records of a million steps. */
const MAXIMUM_FILE = 2 ** 28;

/** One file of a run folder: what it holds, or why there is nothing to show. */
export type Part<Value> = { readonly value: Value } | { readonly value: null; readonly reason: string };

/** The records of `metrics.jsonl`, and how many lines could not be read (an interrupted run leaves half a line). */
export interface Metrics {
  readonly records: readonly MetricsRecord[];
  readonly unreadable: number;
}

/** The values of `environment.json`, in its order; keys added later are shown too. */
export type Environment = Readonly<Record<string, string | number | boolean | null>>;

/** All that a report says about one run. */
export interface Run {
  readonly name: string;
  readonly path: string;
  readonly facts: RecipeFacts;
  readonly environment: Part<Environment>;
  readonly recipe: Part<string>;
  readonly metrics: Part<Metrics>;
  readonly evaluation: Part<EvaluationResult>;
  readonly gallery: Part<Gallery>;
}

/** Reads one run folder. */
export function readRun(name: string, folder: RunFolder): Run {
  const files = [folder.environment, folder.recipe, folder.metrics, folder.evaluation, folder.gallery];
  if (!files.some((file) => existsSync(file))) {
    const state = existsSync(folder.path) ? 'it holds none of these' : 'there is no such folder';
    throw new SaddlepointError(
      'FILE',
      `expected the folder of a run in ${folder.path} (${files.map((file) => relative(folder.path, file)).join(', ')}); ` +
        `${state}. Name a folder that \`saddlepoint train\` or \`npm run demo\` made, e.g. runs/demo/normal.`,
    );
  }
  const recipe = readText(folder, folder.recipe);
  return {
    name,
    path: folder.path,
    facts: recipe.value === null ? {} : recipeFacts(recipe.value),
    environment: readJson(folder, folder.environment, environmentSchema),
    recipe,
    metrics: readMetrics(folder),
    evaluation: readEvaluations(folder),
    gallery: readJson(folder, folder.gallery, gallerySchema),
  };
}

/** The run's own evaluation with what later ones add to it. */
function readEvaluations(folder: RunFolder): Part<EvaluationResult> {
  const own = readJson(folder, folder.evaluation, evaluationSchema);
  const files = folder.evaluations.filter((file) => file !== folder.evaluation);
  const later = files.map((file) => readJson(folder, file, evaluationSchema).value);
  const [first, ...others] = [own.value, ...later].filter((result) => result !== null);
  return first === undefined ? own : { value: combineEvaluations([first, ...others]) };
}

function readText(folder: RunFolder, file: string): Part<string> {
  const label = relative(folder.path, file);
  if (!existsSync(file)) return { value: null, reason: `${label} is not in the run folder` };
  try {
    return { value: readWhole(file, MAXIMUM_FILE).toString('utf8') };
  } catch (error) {
    return { value: null, reason: `${label} cannot be read: ${firstLine(error)}` };
  }
}

/** Reads one JSON file of a run folder and checks its form. */
export function readJson<Value>(folder: RunFolder, file: string, schema: Schema<Value>): Part<Value> {
  const text = readText(folder, file);
  if (text.value === null) return text;
  const label = relative(folder.path, file);
  let content: unknown;
  try {
    content = JSON.parse(text.value);
  } catch (error) {
    return { value: null, reason: `${label} is not JSON: ${firstLine(error)}` };
  }
  const result = schema.safeParse(content);
  if (result.success) return { value: result.data };
  const issue = result.error.issues[0];
  const where = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`;
  return { value: null, reason: `${label} is not in the form a run has${where}: ${issue?.message ?? 'unknown'}` };
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

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
