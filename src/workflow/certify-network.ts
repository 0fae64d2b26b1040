/**
 * Certificates by randomised smoothing for a run or a file of weights: the job, and its result as a file.
 *
 * @module
 */
import { join } from 'node:path';
import { disposeSplit, pick, type Dataset } from '../data/index.js';
import { requireDevice, SaddlepointError } from '../engine/index.js';
import {
  cleanError,
  describeSource,
  identityOf,
  provenanceOf,
  requireSmoothing,
  runCertification,
  selectExamples,
  shortName,
  smoothingText,
  unusualParts,
  type EvaluationResult,
  type Selection,
  type SmoothingSettings,
} from '../evaluation/index.js';
import { silent } from '../monitoring/index.js';
import { openTestSet, type DataOptions } from './evaluation-data.js';
import { openSubject, type EvaluationSubject, type SubjectOptions } from './evaluate-subject.js';
import { normalizationNotes } from './normalization-notes.js';
import type { EvaluationRun } from './evaluation-run.js';
import type { EvaluatedNetwork, EvaluationCalls } from './run-evaluation.js';
import { writeResult } from './write-result.js';

export interface CertifyNetworkOptions extends SubjectOptions, DataOptions, SmoothingSettings {
  readonly dataset?: string | undefined;
  /** The first test images. */
  readonly examples: number;
  /** At random instead, by this seed. */
  readonly sample?: number | undefined;
  /** Noisy copies at once. */
  readonly batchSize?: number | undefined;
  /** Of the noise. Default: the recipe's, else 1. */
  readonly seed?: number | undefined;
  readonly device: string;
}

/**
 * Certifies a run, a checkpoint or a file of anybody's weights, or does the rest of it; writes the result into its
 * folder, with the clean error of the network without noise.
 *
 * @throws SaddlepointError ARGUMENT for settings out of range or no data set; CHECKPOINT for weights that do not fit;
 *   DATA for images that do not; EVALUATION for a network that has no certificate; INTERRUPTED after the signal
 */
export async function certifyNetwork(
  path: string,
  options: CertifyNetworkOptions,
  { say = () => undefined, progress = silent, signal }: EvaluationCalls = {},
): Promise<EvaluatedNetwork> {
  requireSmoothing(options);
  requireDevice(options.device);
  const subject = openSubject(path, options);
  try {
    const name = options.dataset ?? subject.recipe?.dataset.name;
    if (name === undefined) {
      throw new SaddlepointError('ARGUMENT', 'expected --dataset for a checkpoint outside of its run folder');
    }
    const { dataset } = openTestSet(subject, name, options, say);
    try {
      const result = await certifyOn(subject, dataset, options, { say, progress, signal });
      const { recipe, description } = subject;
      return { result, training: recipe?.training.method ?? '', architecture: description.architecture };
    } finally {
      disposeSplit(dataset.test);
    }
  } finally {
    subject.lock?.release();
    subject.model.dispose();
  }
}

async function certifyOn(
  subject: EvaluationSubject,
  dataset: Dataset,
  options: CertifyNetworkOptions,
  { say, progress, signal }: Pick<EvaluationRun, 'say' | 'progress'> & Pick<EvaluationCalls, 'signal'>,
): Promise<EvaluationResult> {
  const { model, recipe, output } = subject;
  const { test } = dataset;
  const source = { ...subject.source, notes: [...(subject.source.notes ?? []), ...normalizationNotes(subject, test)] };
  const selection = selectExamples(test, options.examples, options.sample);
  const seed = options.seed ?? recipe?.seed ?? 1;
  const what = { model, source, split: test, dataset, selection, seed };
  const identity = identityOf({ ...what, settings: smoothingText(options) });
  const elsewhere = dataset.name === recipe?.dataset.name ? undefined : dataset.name;
  const file = join(output, `${nameOf(options, selection, seed, elsewhere)}-${shortName(identity)}.json`);
  const { sigma, selectionSamples, samples, alpha, batchSize } = options;
  const { result, finish } = await runCertification({
    ...what,
    sigma,
    selectionSamples,
    samples,
    alpha,
    batchSize,
    folder: file.replace(/\.json$/, ''),
    progress,
    signal,
  });
  const part = pick(test, selection.positions);
  try {
    const written = writeResult(file, {
      of: provenanceOf(describeSource(model, source), result.data, test.images.device),
      dataset: dataset.name,
      split: selection.name,
      examples: result.examples,
      clean: await cleanError(model, part),
      attacks: {},
      curve: [],
      ...(selection.seed === undefined ? {} : { sample: { seed: selection.seed } }),
      smoothing: [result],
      notes: source.notes,
      seconds: result.seconds,
    });
    finish();
    for (const note of source.notes) say(`  note: ${note}`);
    say(`Result: ${file}`);
    return written;
  } finally {
    disposeSplit(part);
  }
}

/** e.g. `smoothing-l2-0.25-500-1000samples`: the norm, sigma, images and samples, and what is not as usual. */
function nameOf(
  { sigma, samples }: SmoothingSettings,
  { positions, seed: sample }: Selection,
  seed: number,
  elsewhere: string | undefined,
): string {
  const usual = `smoothing-l2-${sigma}-${positions.length}-${samples}samples`;
  return [usual, ...unusualParts({ sample, seed, dataset: elsewhere })].join('-');
}
