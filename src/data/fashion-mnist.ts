/**
 * Fashion-MNIST (Xiao, Rasul and Vollgraf, 2017): 60,000 + 10,000 images of clothing, 28 × 28, grey.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SaddlepointError } from '../engine/index.js';
import { makeDataset, type Dataset } from './dataset.js';
import { dataCache } from './download.js';
import { readIdxSplit } from './idx-split.js';

export const FASHION_MNIST_CLASSES = [
  'T-shirt',
  'trouser',
  'pullover',
  'dress',
  'coat',
  'sandal',
  'shirt',
  'sneaker',
  'bag',
  'ankle boot',
] as const;

/** Where Debian's package `dataset-fashion-mnist` puts the files. */
const DEBIAN_FOLDER = '/usr/share/datasets/fashion-mnist';

/** The folder that holds the data set, among the known places, or undefined. */
export function findFashionMnist(): string | undefined {
  return [join(dataCache(), 'fashion-mnist'), DEBIAN_FOLDER].find((folder) => holdsFiles(folder));
}

function holdsFiles(folder: string): boolean {
  const file = join(folder, 't10k-labels-idx1-ubyte');
  return existsSync(file) || existsSync(`${file}.gz`);
}

/**
 * Loads the data set.
 *
 * @param folder holds the four IDX files, gzipped or not; default: where they are found
 * @throws SaddlepointError DATA when they are nowhere, or damaged
 */
export function loadFashionMnist(folder: string | undefined = findFashionMnist()): Dataset {
  if (folder === undefined) {
    throw new SaddlepointError(
      'DATA',
      'Fashion-MNIST was not found. Run `npx saddlepoint data fetch fashion-mnist`, or `apt-get install dataset-fashion-mnist`, or give its folder with --data',
    );
  }
  return makeDataset('fashion-mnist', FASHION_MNIST_CLASSES, (part) =>
    readIdxSplit(folder, part, FASHION_MNIST_CLASSES.length),
  );
}
