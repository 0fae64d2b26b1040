/**
 * Adversarial images made by anyone: which examples they are of and which budget they must keep, then the verifier.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { formatBudget, parseBudget, THREAT_MODELS } from '../attacks/index.js';
import { count, disposeSplit, pick, splitTo, type Dataset, type Split } from '../data/index.js';
import { requireDevice, SaddlepointError, tensor } from '../engine/index.js';
import {
  checkBeforeEvaluation,
  describeSource,
  hashExamples,
  provenanceOf,
  readGivenImages,
  requireFit,
  selectExamples,
  verify,
  wilsonInterval,
  type GivenImages,
  type Selection,
  type Verification,
} from '../evaluation/index.js';
import { checkBudget } from './budget-hint.js';
import { openData, type DataOptions } from './evaluation-data.js';
import { openSubject, type EvaluationSubject, type SubjectOptions } from './evaluate-subject.js';
import { normalizationNotes } from './normalization-notes.js';
import { toJson } from './write-result.js';

/** What {@link verifyImages} counts by; the network's own options besides. */
export interface VerifyImagesOptions extends Omit<SubjectOptions, 'out'>, DataOptions {
  readonly model: string;
  readonly dataset?: string;
  readonly norm?: string;
  readonly epsilon?: number;
  readonly sample?: number;
  readonly draws?: number;
  readonly batchSize?: number;
  readonly device: string;
}

/**
 * Relative: other tools compute in float32, whose rounding of a pixel is 6e-8, 2e-6 of 8/255 and 1.5e-5 of 1/255. The
 * largest distance is printed.
 */
const TOLERANCE = 2e-5;
const BATCH = 100;

/** What the verifier found. */
export interface VerifiedImages {
  /** Everything, as one JSON text. */
  readonly json: string;
  /** The same in lines to read. */
  readonly lines: string;
}

/**
 * Counts the robust error of adversarial images anew: distances, box and predictions.
 *
 * @example
 * const budget = { norm: 'linf', epsilon: 0.1 };
 * const { lines } = await verifyImages('adversarial.npy', { model: 'runs/adversarial', ...budget, device: 'cpu' });
 * console.log(lines);
 *
 * @param path float32 [N, C, H, W] in [0, 1] as .safetensors, .npy or .pt, or a folder of PNG files
 * @throws SaddlepointError EVALUATION where there is no number to issue; ARGUMENT, DATA or CHECKPOINT for what does not
 *   fit
 */
export async function verifyImages(
  path: string,
  options: VerifyImagesOptions,
  signal?: AbortSignal,
): Promise<VerifiedImages> {
  if (options.norm !== undefined) THREAT_MODELS.get(options.norm);
  requireDevice(options.device);
  const subject = openSubject(options.model, options);
  try {
    return await verifySubject(subject, path, options, signal);
  } finally {
    subject.lock?.release();
    subject.model.dispose();
  }
}

async function verifySubject(
  subject: EvaluationSubject,
  path: string,
  options: VerifyImagesOptions,
  signal: AbortSignal | undefined,
): Promise<VerifiedImages> {
  const { model, source, recipe } = subject;
  const { draws, batchSize = BATCH, device } = options;
  const known = options.dataset ?? recipe?.dataset.name;
  const dataset = open(known ?? '', recipe, options);
  const { test } = dataset;
  try {
    const given = readGivenImages(path, test.images.shape.slice(1));
    const { norm, epsilon, unusual } = budgetOf(given, options);
    const selection = examplesOf(given, test, options.sample);
    requireLabels(given, test, selection);
    model.to(device);
    requireFit(model, test, dataset.name, dataset.classes.length);
    const part = pick(test, selection.positions);
    const notes = await checkBeforeEvaluation(model, part, {
      budget: { norm, epsilon },
      allLabels: test.labels,
      draws,
      signal,
    })
      .then((report) => [
        ...(source.notes ?? []),
        ...(unusual === undefined ? [] : [unusual]),
        ...normalizationNotes(subject, test),
        ...report.notes.map(({ message }) => message),
      ])
      .finally(() => {
        disposeSplit(part);
      });
    const adversarial = tensor(given.pixels, { shape: [given.count, ...test.images.shape.slice(1)] });
    const parameters =
      given.parameters && tensor(given.parameters, { shape: [given.count, given.parameters.length / given.count] });
    try {
      const asked = { norm, epsilon, batchSize, tolerance: TOLERANCE, draws, signal };
      const { rounded, ...verified } = await verify(
        model,
        test,
        { adversarial, parameters, positions: selection.positions },
        asked,
      );
      const data = { name: dataset.name, selection: selection.name, sha256: hashExamples(test, selection.positions) };
      const of = provenanceOf(describeSource(model, source), data, device);
      const images = { file: path, sha256: createHash('sha256').update(given.pixels).digest('hex') };
      const json = toJson({
        of: { ...of, date: new Date().toISOString() },
        images,
        tolerance: TOLERANCE,
        verified,
        eightBit: rounded,
        notes,
      });
      return { json, lines: describe(path, data, verified, rounded, notes) };
    } finally {
      adversarial.dispose();
      parameters?.dispose();
    }
  } finally {
    disposeSplit(test);
  }
}

function open(name: string, recipe: EvaluationSubject['recipe'], options: VerifyImagesOptions): Dataset {
  if (name === '')
    throw new SaddlepointError('ARGUMENT', 'expected --dataset for a model that is no run folder, received none');
  const loaded = openData(name, recipe, options);
  disposeSplit(loaded.train);
  const { device } = options;
  return device === 'cpu' ? loaded : { ...loaded, test: splitTo(loaded.test, device) };
}

/** As asked for, else as the file says. */
function budgetOf({ metadata }: GivenImages, options: VerifyImagesOptions) {
  const norm = options.norm ?? metadata.norm;
  const epsilon = options.epsilon ?? parseBudget(metadata.epsilon ?? '');
  if (norm === undefined || epsilon === undefined) {
    throw new SaddlepointError(
      'ARGUMENT',
      `expected ${norm === undefined ? '--norm' : '--epsilon'}, the budget that the images have to keep, received none`,
    );
  }
  THREAT_MODELS.get(norm);
  return { norm, epsilon, unusual: checkBudget(norm, epsilon) };
}

/** Positions in the split. */
function examplesOf({ indices, count: images }: GivenImages, split: Split, seed: number | undefined): Selection {
  if (indices === undefined || seed !== undefined) return selectExamples(split, images, seed);
  const total = count(split);
  const positions = indices.map((index) => index - split.offset);
  const outside = positions.findIndex((position) => position < 0 || position >= total);
  if (outside !== -1) {
    throw new SaddlepointError(
      'DATA',
      `expected images of the ${total} examples of ${split.name}, received one of index ${indices[outside]!}`,
    );
  }
  const inFront = positions.every((position, i) => position === i);
  return { positions, name: inFront ? `${split.name}[0:${images}]` : `${images} of ${split.name}, by their indices` };
}

function requireLabels({ labels, indices }: GivenImages, split: Split, { positions }: Selection): void {
  if (labels === undefined) return;
  const own = split.labels.toNumbers();
  const other = positions.findIndex((position, i) => own[position] !== labels[i]);
  if (other === -1) return;
  const order = indices === undefined ? '. Are the images in another order? The file may have indices' : '';
  throw new SaddlepointError(
    'DATA',
    `expected the labels of the data set, received ${labels[other]!} for image ${other}, whose example has label ` +
      `${own[positions[other]!]!}${order}`,
  );
}

function describe(
  path: string,
  data: { readonly name: string; readonly selection: string },
  {
    norm,
    epsilon,
    examples,
    cleanErrors,
    errors,
    interval,
    largestDistance,
    disagreeing,
    unanswered,
    draws,
    standardError,
  }: Omit<Verification, 'rounded'>,
  rounded: Verification['rounded'],
  notes: readonly string[],
): string {
  const rate = (count: number, bounds: readonly number[] = wilsonInterval(count, examples)) =>
    `${percent(count / examples)} %  [${bounds.map(percent).join(', ')}]`;
  return [
    `${path}: ${examples} images of ${data.name}, ${data.selection}; ${norm}, epsilon ${formatBudget(epsilon)}`,
    `  clean error          ${rate(cleanErrors)}`,
    `  robust error         ${rate(errors, interval)}  at least: another attack may find more`,
    `  rounded to 8 bits    ${rate(rounded.errors)}  ${rounded.lost} adversarial images lost`,
    '  largest distance     ' +
      `${largestDistance.toPrecision(8)}${largestDistance > epsilon ? ', above the budget by rounding in float32' : ''}`,
    ...(draws === undefined
      ? []
      : [
          `  counted by           the majority of ${draws} draws; standard error ${percent(standardError ?? 0)} points`,
        ]),
    ...(disagreeing.length === 0
      ? []
      : [
          `  rounding turns       ${disagreeing.length} images at another batch size (indices ` +
            `${disagreeing.join(', ')})`,
        ]),
    ...(unanswered === undefined
      ? []
      : [
          `  no numbers           for ${unanswered.length} images, which count as errors (indices ` +
            `${unanswered.join(', ')})`,
        ]),
    ...notes.map((note) => `  note: ${note}`),
  ].join('\n');
}

function percent(fraction: number): string {
  return (100 * fraction).toFixed(1);
}
