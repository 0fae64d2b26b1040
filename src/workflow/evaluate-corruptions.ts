/**
 * The error on common corruptions, for `saddlepoint evaluate --corruptions` and for recipes.
 *
 * @module
 */
import { join } from 'node:path';
import {
  disposeSplit,
  openCorruptionFolder,
  pick,
  PUBLISHED_IMAGES,
  STANDARD_CORRUPTIONS,
  type CorruptionFolder,
  type Dataset,
} from '../data/index.js';
import {
  checkBeforeEvaluation,
  classesWithout,
  corruptionSettings,
  describeSource,
  identityOf,
  provenanceOf,
  requireSameImages,
  runCorruptions,
  selectExamples,
  shortName,
  unusualParts,
  type EvaluationResult,
  type FinishedCorruptions,
  type NetworkSource,
} from '../evaluation/index.js';
import { SaddlepointError } from '../engine/index.js';
import type { Progress } from '../monitoring/index.js';
import type { Module } from '../nn/index.js';
import type { EvaluationRun } from './evaluation-run.js';
import { writeResult } from './write-result.js';

/** Images at once where nobody says it. */
const BATCH_SIZE = 250;

export interface AskedCorruptions {
  readonly corruptions: CorruptionFolder;
  /** The first so many images of each severity. */
  readonly examples: number;
}

/**
 * Opens a folder of corruptions of a data set's test images.
 *
 * @param examples of each severity. Default: 10,000, or as many as there are
 * @throws SaddlepointError DATA where the folder cannot be used, or is of other images; ARGUMENT for more examples than
 *   the test set has
 */
export function openCorruptions(path: string, dataset: Dataset, examples?: number): AskedCorruptions {
  const { test } = dataset;
  const [channels, height, width] = test.images.shape.slice(1) as [number, number, number];
  if (channels !== 3) {
    throw new SaddlepointError(
      'DATA',
      `expected colour images, as the corruptions in ${path} are, received ${dataset.name} with ${channels} channel`,
    );
  }
  const corruptions = openCorruptionFolder(path, [height, width]);
  const asked = examples ?? Math.min(PUBLISHED_IMAGES, corruptions.images);
  requireSameImages({ corruptions, split: test, dataset, selection: selectExamples(test, asked) });
  return { corruptions, examples: asked };
}

interface Measured extends AskedCorruptions {
  readonly model: Module;
  readonly source?: NetworkSource | undefined;
  readonly dataset: Dataset;
  /** Where the state lies. */
  readonly folder: string;
  readonly batchSize?: number | undefined;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}

/** The job, with what is usual for it. */
export function measureCorruptions(options: Measured): Promise<FinishedCorruptions> {
  const { dataset, examples, batchSize = BATCH_SIZE } = options;
  const { test } = dataset;
  return runCorruptions({ ...options, split: test, selection: selectExamples(test, examples), batchSize });
}

/** What a folder lacks, or has in another way than it is published, in sentences. */
export function corruptionNotes({ missing, unknown, images }: CorruptionFolder): string[] {
  const all = STANDARD_CORRUPTIONS.length;
  return [
    ...(missing.length === 0
      ? []
      : [
          `the mean is partial, over ${all - missing.length} of the ${all} standard corruptions, and comparable ` +
            `with no published one: missing are ${missing.join(', ')}`,
        ]),
    ...(images === PUBLISHED_IMAGES
      ? []
      : [`a severity has ${images} images in these files; in the published ones it has ${PUBLISHED_IMAGES}`]),
    ...(unknown.length === 0
      ? []
      : [`files that are no corruption of the benchmark were left alone: ${unknown.join(', ')}`]),
  ];
}

/** @returns what it wrote into a file of the output folder */
export async function evaluateCorruptions(run: EvaluationRun, signal: AbortSignal): Promise<EvaluationResult> {
  const { model, source, options, dataset, elsewhere, output, say, progress } = run;
  const { test } = dataset;
  const asked = openCorruptions(options.corruptions!, dataset, options.examples);
  const { corruptions, examples } = asked;
  const selection = selectExamples(test, examples);
  const checks = await check(run, selection.positions, signal);
  const settings = corruptionSettings(corruptions);
  const identity = identityOf({ model, source, split: test, dataset, selection, settings, seed: 1 });
  const name = ['corruptions', examples, ...unusualParts({ dataset: elsewhere }), shortName(identity)].join('-');
  const folder = join(output, name);
  const { batchSize } = options;
  const job = { ...asked, model, source, dataset, folder, batchSize, progress, signal };
  const { clean, result, seconds, finish } = await measureCorruptions(job);
  const file = join(output, `${name}.json`);
  const written = writeResult(file, {
    of: provenanceOf(describeSource(model, source), result.data, test.images.device),
    dataset: dataset.name,
    split: selection.name,
    examples,
    clean,
    attacks: {},
    curve: [],
    corruptions: result,
    notes: [...checks, ...corruptionNotes(corruptions)],
    seconds,
  });
  finish();
  for (const note of written.notes ?? []) say(`  note: ${note}`);
  say(`Result: ${file}`);
  return written;
}

/** What the checks before an evaluation say of network and images. */
async function check({ model, source, dataset }: EvaluationRun, positions: readonly number[], signal: AbortSignal) {
  const part = pick(dataset.test, positions);
  try {
    const allLabels = dataset.test.labels;
    const { notes } = await checkBeforeEvaluation(model, part, { allLabels, allow: ['repeatable'], signal });
    return [
      ...(source.notes ?? []),
      ...notes.map(({ message }) => message),
      ...classesWithout(dataset.classes, part.labels.toNumbers()),
    ];
  } finally {
    disposeSplit(part);
  }
}
