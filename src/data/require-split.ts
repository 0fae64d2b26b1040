/**
 * Data sets that a program hands over.
 *
 * @module
 */
import { describeValue, SaddlepointError, Tensor } from '../engine/index.js';
import type { Dataset, Split } from './dataset.js';

/** @throws SaddlepointError ARGUMENT for what is no split */
export function requireSplit(split: unknown): asserts split is Split {
  const { images, labels } = partsOf(split);
  const fits =
    images instanceof Tensor &&
    labels instanceof Tensor &&
    images.ndim === 4 &&
    images.dtype === 'uint8' &&
    labels.ndim === 1 &&
    labels.dtype === 'int64' &&
    images.size(0) === labels.size(0);
  if (fits) return;
  const received = [images, labels].every((part) => part === undefined)
    ? describeValue(split)
    : `images ${describeValue(images)} and labels ${describeValue(labels)}`;
  throw new SaddlepointError(
    'ARGUMENT',
    'expected a split as makeSplit and loadDataset make it, with images uint8 [N, C, H, W] and labels int64 [N], ' +
      `received ${received}`,
  );
}

/** @throws SaddlepointError ARGUMENT for what is no data set, with the part that is missing or no split */
export function requireDataset(dataset: unknown): asserts dataset is Dataset {
  const { name, classes, train, test } = partsOf(dataset);
  if (typeof name !== 'string' || !Array.isArray(classes)) {
    const hint = typeof dataset === 'string' ? `. loadDataset(${JSON.stringify(dataset)}) reads one` : '';
    throw new SaddlepointError(
      'ARGUMENT',
      `expected a data set with name, classes, train and test, received ${describeValue(dataset)}${hint}`,
    );
  }
  requireSplit(train);
  requireSplit(test);
}

function partsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
