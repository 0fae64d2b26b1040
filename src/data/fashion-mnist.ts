/**
 * Fashion-MNIST (Xiao, Rasul and Vollgraf, 2017): 60,000 + 10,000 images of clothing, 28 × 28, grey.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SaddlepointError } from '../engine/index.js';
import { makeSplit, type Dataset, type Split } from './dataset.js';
import { dataCache } from './download.js';
import { readIdx } from './idx.js';

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
  return {
    name: 'fashion-mnist',
    classes: FASHION_MNIST_CLASSES,
    train: readSplit(folder, 'train', 'train'),
    test: readSplit(folder, 'test', 't10k'),
  };
}

function readSplit(folder: string, name: string, prefix: string): Split {
  const images = readIdx(folder, `${prefix}-images-idx3-ubyte`, 3);
  const labels = readIdx(folder, `${prefix}-labels-idx1-ubyte`, 1);
  const [, height = 0, width = 0] = images.shape;
  return makeSplit(name, images.bytes, labels.bytes, [1, height, width], FASHION_MNIST_CLASSES.length);
}
