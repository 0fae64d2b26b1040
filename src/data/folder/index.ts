/**
 * Your own images: a folder of JPEG, PNG or WebP files, a folder per class (see listing.ts for the layouts).
 *
 * Classes are numbered in the order of their names. The images come in a fixed order in which every part of a split,
 * its first or its last N, has each class in its share: held-out images, subsets of the test set and thresholds are
 * taken from such parts.
 *
 * @module
 */
import { basename, resolve } from 'node:path';
import { requireInteger, SaddlepointError } from '../../engine/index.js';
import { makeDataset, makeSplit, type Dataset } from '../dataset.js';
import type { Source } from '../source.js';
import { decodeImages, sizesOf } from './decode.js';
import { listFolder, type Example } from './listing.js';
import { LARGEST_SIZE, type FolderOptions } from './options.js';

/**
 * Reads all images of a folder, decoded the first time and from a cache after it.
 *
 * @throws SaddlepointError DATA naming every folder and file that is not as it should be
 */
export function loadFolder(folder?: string, options: FolderOptions = {}): Dataset {
  if (folder === undefined) {
    throw new SaddlepointError(
      'DATA',
      'expected the folder of the images (`dataset.path`, or --data), received none; it holds a folder of images per class, or train and test with such folders',
    );
  }
  const { size, resize = 'cover', testShare = 0.2 } = options;
  if (size !== undefined) requireInteger('size', size, 1, LARGEST_SIZE);
  const { classes, train, test, notes } = listFolder(folder, testShare);
  const paths = [...train, ...test].map(({ path }) => path);
  const { shape, bytes, transparent } = decodeImages(folder, paths, { size, resize });
  const length = shape.reduce((product, side) => product * side, 1);
  const [first, last] = [bytes.subarray(0, train.length * length), bytes.subarray(train.length * length)];
  const labels = (examples: readonly Example[]) => Uint8Array.from(examples, ({ label }) => label);
  const dataset = makeDataset(basename(resolve(folder)), classes, (part) =>
    part === 'train'
      ? makeSplit('train', first, labels(train), shape, classes.length)
      : makeSplit('test', last, labels(test), shape, classes.length),
  );
  if (transparent === 0) return { ...dataset, notes };
  const dropped = `${transparent} of ${paths.length} images have transparency, which is left out, not blended with anything`;
  return { ...dataset, notes: [...notes, dropped] };
}

/** What a folder of images is, for whoever wants to write a recipe for it. */
export interface FolderFacts {
  readonly classes: readonly string[];
  readonly trainImages: number;
  readonly testImages: number;
  /** Widths and heights there are. */
  readonly sizes: readonly (readonly [number, number])[];
  readonly notes: readonly string[];
}

/** Looks at a folder of images without decoding them. @throws SaddlepointError DATA as `loadDataset` */
export function describeFolder(folder: string, testShare = 0.2): FolderFacts {
  const { classes, train, test, notes } = listFolder(folder, testShare);
  const sizes = sizesOf(
    folder,
    [...train, ...test].map(({ path }) => path),
  );
  return { classes, trainImages: train.length, testImages: test.length, sizes, notes };
}

export const imagesInFolder: Source = {
  about: 'your own JPEG, PNG or WebP images, a folder per class (give the folder with --data)',
  find: () => undefined,
  load: loadFolder,
  fetch: () => Promise.reject(new SaddlepointError('DATA', 'a folder of images is your own: give it with --data')),
  verify: () => Promise.resolve([]),
};
