/**
 * A data set in memory: images as the bytes they came in, labels beside them.
 *
 * @module
 */
import {
  ops,
  requireInteger,
  SaddlepointError,
  tensor,
  tidy,
  type Device,
  type RandomStream,
  type Tensor,
} from '../engine/index.js';

/** A part of a data set. Example indices are those of the whole file, also after {@link slice}. */
export interface Split {
  /** e.g. `test` or `train[0:59000]`. */
  readonly name: string;
  /** uint8 [N, C, H, W]. */
  readonly images: Tensor;
  /** int64 [N]. */
  readonly labels: Tensor;
  /** Index of the first example in its file. */
  readonly offset: number;
}

/** Training and test images in memory. */
export interface Dataset {
  readonly name: string;
  readonly classes: readonly string[];
  readonly train: Split;
  readonly test: Split;
  /** What was left out or is odd about it, to be said to whoever uses it. */
  readonly notes?: readonly string[];
}

/** Some examples as a network takes them. */
export interface Batch {
  /** float32 [N, C, H, W] in [0, 1]. */
  readonly images: Tensor;
  /** int64 [N]. */
  readonly labels: Tensor;
  /**
   * int64 [N]: indices in the data set's file; they own the examples' random numbers. On the CPU, where these are
   * drawn: to fetch them from a GPU would wait for all that it has to do.
   */
  readonly indices: Tensor;
}

/** How many examples a split has. */
export function count(split: Split): number {
  return split.images.size(0);
}

/**
 * The examples `start` ≤ i < `end` of a split, sharing its memory.
 *
 * @throws SaddlepointError ARGUMENT when the split does not have them
 */
export function slice(split: Split, start: number, end: number): Split {
  if (![start, end].every(Number.isSafeInteger) || start < 0 || end > count(split) || start > end) {
    throw new SaddlepointError(
      'ARGUMENT',
      `expected a range within the ${count(split)} examples of ${split.name}, received ${start} to ${end}`,
    );
  }
  return {
    name: `${split.name}[${start}:${end}]`,
    images: split.images.slice({ dim: 0, start, end }),
    labels: split.labels.slice({ dim: 0, start, end }),
    offset: split.offset + start,
  };
}

/**
 * Copies of the examples at these positions of a split, under its name. Where they stood in their file is not kept, so
 * they are for looking at: an attack's random numbers belong to an example's place, which {@link gatherBatch} knows.
 *
 * @returns a split of its own, to be disposed
 */
export function pick(split: Split, positions: readonly number[]): Split {
  const { images, labels } = tidy(() => {
    const where = tensor(BigInt64Array.from(positions, BigInt), { device: split.images.device });
    return { images: split.images.indexSelect(0, where), labels: split.labels.indexSelect(0, where) };
  });
  return { ...split, images, labels };
}

/**
 * Takes the examples at these positions of a split, on its device.
 *
 * @param positions int64 [N], best on the CPU: the batch's indices are there
 */
export function gatherBatch(split: Split, positions: Tensor): Batch {
  return tidy(() => {
    const there = sendTo(split.images.device, positions);
    return {
      images: fractions(split.images.indexSelect(0, there)),
      labels: split.labels.indexSelect(0, there),
      indices: positions.to({ device: 'cpu' }).add(split.offset),
    };
  });
}

/** On its way to a GPU, without waiting for it: from pinned memory. */
function sendTo(device: Device, values: Tensor): Tensor {
  if (values.device !== 'cpu' || device === 'cpu') return values.to({ device });
  const pinned = ops.empty(values.shape, { dtype: values.dtype, pinMemory: true }).copy_(values);
  return pinned.to({ device, nonBlocking: true });
}

/**
 * The float32 nearest to byte / 255, on every device. Divided by a tensor, as CUDA multiplies by the reciprocal of a
 * number instead, which is a rounding off for half of the bytes: then an attack's budget and the verifier's would
 * differ.
 */
function fractions(bytes: Tensor): Tensor {
  const levels = ops.full([], 255, { dtype: 'float32', device: bytes.device });
  return bytes.to({ dtype: 'float32' }).div(levels);
}

export interface BatchOptions {
  readonly batchSize: number;
  /** Shuffles by this stream; in file order without one. */
  readonly shuffle?: RandomStream | undefined;
  /** Batches to skip, when a run resumes inside an epoch. */
  readonly skip?: number | undefined;
}

/** Goes once through a split. Each batch is the caller's to dispose, or made inside the caller's scope. */
export function* batches(split: Split, { batchSize, shuffle, skip = 0 }: BatchOptions): Generator<Batch> {
  requireInteger('batchSize', batchSize, 1);
  requireInteger('skip', skip, 0);
  const total = count(split);
  using order = shuffle === undefined ? ops.arange(total, { dtype: 'int64' }) : shuffle.permutation(total);
  for (let start = skip * batchSize; start < total; start += batchSize) {
    using positions = order.slice({ dim: 0, start, end: Math.min(total, start + batchSize) });
    yield gatherBatch(split, positions);
  }
}

/** Frees a batch's tensors. */
export function disposeBatch(batch: Batch): void {
  batch.images.dispose();
  batch.labels.dispose();
  batch.indices.dispose();
}

/**
 * Makes a data set of its two parts; when reading one fails, the other does not stay behind.
 *
 * @param read reads a part by its name
 */
export function makeDataset(
  name: string,
  classes: readonly string[],
  read: (part: 'train' | 'test') => Split,
): Dataset {
  return tidy(() => ({ name, classes, train: read('train'), test: read('test') }));
}

/** Makes a split from raw bytes. @throws SaddlepointError DATA when the numbers do not fit together. */
export function makeSplit(
  name: string,
  bytes: Uint8Array,
  labels: Uint8Array,
  image: readonly [number, number, number],
  classes: number,
): Split {
  const size = image.reduce((product, length) => product * length, 1);
  if (labels.length === 0 || bytes.length !== labels.length * size) {
    throw new SaddlepointError(
      'DATA',
      `expected ${size} bytes for each of the ${labels.length} labels of ${name}, received ${bytes.length}`,
    );
  }
  const wrong = labels.findIndex((label) => label >= classes);
  if (wrong >= 0) {
    throw new SaddlepointError(
      'DATA',
      `expected labels below ${classes} in ${name}, received ${labels[wrong] ?? ''} for example ${wrong}`,
    );
  }
  return {
    name,
    images: tensor(bytes, { shape: [labels.length, ...image] }),
    labels: tensor(labels, { dtype: 'int64' }),
    offset: 0,
  };
}

/** Moves a split's tensors to a device, where batches are then made. */
export function splitTo(split: Split, device: Device): Split {
  return { ...split, images: split.images.to({ device }), labels: split.labels.to({ device }) };
}

/** A data set whose splits are on another device; those it has stay, and both are to be disposed. */
export function datasetTo(dataset: Dataset, device: Device): Dataset {
  const train = splitTo(dataset.train, device);
  try {
    return { ...dataset, train, test: splitTo(dataset.test, device) };
  } catch (error) {
    disposeSplit(train);
    throw error;
  }
}

/** Frees a split's tensors. */
export function disposeSplit(split: Split): void {
  split.images.dispose();
  split.labels.dispose();
}
