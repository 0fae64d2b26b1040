/**
 * The error on common corruptions as a job: saved after every corruption and severity, so that a killed evaluation goes
 * on with what is missing.
 *
 * Hendrycks and Dietterich, "Benchmarking Neural Network Robustness to Common Corruptions and Perturbations", ICLR
 * 2019.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import {
  count,
  disposeSplit,
  readCorruption,
  SEVERITIES,
  splitTo,
  type CorruptionFolder,
  type Split,
} from '../../data/index.js';
import { SaddlepointError } from '../../engine/index.js';
import { silent } from '../../monitoring/index.js';
import { breathe, chunks, cleanChunk, timed } from '../job/chunk.js';
import type { JobEnd, JobOptions } from '../job/facts.js';
import { endWithoutTrace, secondsOf, withState } from '../job/state.js';
import type { EvaluationStore, JournalLine } from '../job/store.js';
import { hashExamples } from '../provenance/index.js';
import { errorRate } from '../interval.js';
import type { ErrorRate } from '../results.js';
import type { CorruptionResult } from './corruption-result.js';
import { summariseCorruptions } from './summarise.js';

/** Images of each corruption that tell one folder from another; of what is measured every byte is hashed. */
const TELLING = 10;

/**
 * All that decides what is computed beside network and images: which corruptions these are, by a few of their images.
 */
export function corruptionSettings(folder: CorruptionFolder): string {
  const hash = createHash('sha256').update(folder.names.join());
  for (const name of folder.names) {
    const few = readCorruption(folder, name, SEVERITIES, Math.min(TELLING, folder.images));
    hash.update(few.images.toTypedArray() as Uint8Array);
    disposeSplit(few);
  }
  return JSON.stringify({ corruptions: hash.digest('hex') });
}

export interface CorruptionOptions extends Omit<JobOptions, 'chooseBackend' | 'parallel' | 'onWarning' | 'seed'> {
  readonly corruptions: CorruptionFolder;
}

export interface FinishedCorruptions extends JobEnd {
  /** On the same images without corruption. */
  readonly clean: ErrorRate;
  readonly result: CorruptionResult;
  /** Of all chunks, also those of processes before. */
  readonly seconds: number;
}

type CorruptionLine = Extract<JournalLine, { kind: 'corruption' }>;

/**
 * Measures every corruption of the folder at every severity, or the rest of them. The network answers in evaluation
 * mode and float32, and is left in the mode it was in; no tensor stays alive.
 *
 * @param options `selection`: the first images of `split`, the test set that the corruptions were made of
 * @throws SaddlepointError DATA where the folder is of other images than the test set, or its files cannot be read;
 *   CHECKPOINT for a saved state of another evaluation; FILE when the state cannot be written; INTERRUPTED between two
 *   batches after the signal. After each of them the state is as it was
 */
export async function runCorruptions(options: CorruptionOptions): Promise<FinishedCorruptions> {
  const { selection, corruptions, split, dataset } = options;
  const examples = selection.positions.length;
  requireSameImages(options);
  return withState({ ...options, seed: 1 }, corruptionSettings(corruptions), async ({ store }) => {
    const clean = await measureClean(options, store);
    const lines: CorruptionLine[] = [];
    const { progress = silent } = options;
    progress.start('corruptions', corruptions.names.length * SEVERITIES);
    for (const name of corruptions.names) {
      for (let severity = 1; severity <= SEVERITIES; severity += 1) {
        lines.push(await measureSeverity(options, store, name, severity));
        progress.update(lines.length);
      }
    }
    const measured = lines.map(({ stage, images, wrong }) => ({ name: stage, images, wrong }));
    const data = { name: dataset.name, selection: selection.name, sha256: hashExamples(split, selection.positions) };
    return {
      clean: errorRate(clean, examples),
      result: { data, ...summariseCorruptions(measured, examples, clean) },
      seconds: secondsOf([...store.lines.filter(({ kind }) => kind === 'clean'), ...lines]),
      ...endWithoutTrace(store),
    };
  });
}

/**
 * Whether a folder's images are those of a test set, as far as labels tell.
 *
 * @throws SaddlepointError DATA where they are not, or more are asked for than there are
 */
export function requireSameImages({
  corruptions,
  split,
  dataset,
  selection,
}: Pick<CorruptionOptions, 'corruptions' | 'split' | 'selection'> & { readonly dataset: { readonly name: string } }) {
  const examples = selection.positions.length;
  const { path, images, labels } = corruptions;
  if (selection.seed !== undefined || examples > images) {
    throw new SaddlepointError(
      'DATA',
      `expected the first test images, at most the ${images} of each severity in ${path}, received ${selection.name}`,
    );
  }
  const own = split.labels.toNumbers();
  const other = labels.findIndex((label, i) => label !== own[i]);
  if (other === -1) return;
  throw new SaddlepointError(
    'DATA',
    `expected corruptions of the test images of ${dataset.name} in their order, but in ${path} image ${other} ` +
      `has label ${labels[other]!}, and of ${count(split)} test images that one has ${own[other] ?? 'none'}. Are ` +
      'they of another data set?',
  );
}

/** @returns how many of the images are misclassified as they are */
async function measureClean(options: CorruptionOptions, store: EvaluationStore): Promise<number> {
  const { model, split, selection, folder, batchSize = 100, signal } = options;
  const done = store.lines.flatMap((line) => (line.kind === 'clean' ? [line] : []));
  const seen = new Set(done.flatMap(({ positions }) => positions));
  let errors = done.reduce((sum, { wrong }) => sum + wrong.length, 0);
  const unseen = selection.positions.filter((position) => !seen.has(position));
  for (const positions of chunks(unseen, batchSize)) {
    const [wrong, seconds] = await timed(() => cleanChunk({ model, split, backend: store.backend }, positions));
    store.append({ kind: 'clean', positions, wrong, seconds });
    errors += wrong.length;
    await breathe(folder, signal);
  }
  return errors;
}

/** What the journal has of these very images, or measured now. */
async function measureSeverity(
  options: CorruptionOptions,
  store: EvaluationStore,
  name: string,
  severity: number,
): Promise<CorruptionLine> {
  const { model, split, selection, corruptions, folder, batchSize = 100, signal } = options;
  const read = readCorruption(corruptions, name, severity, selection.positions.length);
  let part: Split | undefined;
  try {
    const images = createHash('sha256')
      .update(read.images.toTypedArray() as Uint8Array)
      .digest('hex');
    const saved = store.lines.find(
      (line) =>
        line.kind === 'corruption' && line.stage === name && line.severity === severity && line.images === images,
    );
    if (saved?.kind === 'corruption') return saved;
    part = splitTo(read, split.images.device);
    const subject = { model, split: part, backend: store.backend };
    const wrong: number[] = [];
    let seconds = 0;
    for (const positions of chunks(selection.positions, batchSize)) {
      const [found, time] = await timed(() => cleanChunk(subject, positions));
      wrong.push(...found);
      seconds += time;
      await breathe(folder, signal);
    }
    const line: CorruptionLine = { kind: 'corruption', stage: name, severity, images, wrong, seconds };
    store.append(line);
    return line;
  } finally {
    disposeSplit(read);
    if (part !== undefined) disposeSplit(part);
  }
}
