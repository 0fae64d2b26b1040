/**
 * The data sets by name. A new one is one file and one line here.
 *
 * @module
 */
import { cifar10 } from './cifar-10.js';
import { cifar100 } from './cifar-100.js';
import type { Dataset } from './dataset.js';
import { fashionMnist } from './fetch-fashion-mnist.js';
import { imagesInFolder } from './folder/index.js';
import type { FolderOptions } from './folder/options.js';
import { mnist } from './mnist.js';
import type { FileCheck } from './official-files.js';
import type { ImageFacts, Source } from './source.js';
import { Registry, SaddlepointError } from '../engine/index.js';
import { svhn } from './svhn.js';

const OWN = {
  'cifar-10': cifar10,
  'cifar-100': cifar100,
  mnist,
  'fashion-mnist': fashionMnist,
  svhn,
  folder: imagesInFolder,
  'image-folder': imagesInFolder, // its earlier name
} as const satisfies Readonly<Record<string, Source>>;

/** `DATASETS.add` adds one from outside. */
export const DATASETS = new Registry<Source>('a data set', OWN, {
  keys: { about: 'a text', find: 'a function', load: 'a function', fetch: 'a function', verify: 'a function' },
});

/** Of one from outside, any other name. */
export type DatasetName = keyof typeof OWN | (string & {});

/** The data sets of one's own images, which alone have a path and {@link FolderOptions}. */
export const FOLDER_NAMES: readonly DatasetName[] = ['folder', 'image-folder'];

/** Every data set once, without earlier names. */
export function listedDatasets(): string[] {
  return DATASETS.names.filter((name) => name !== 'image-folder');
}

/**
 * Loads a data set into memory: images uint8 [N, C, H, W], labels int64 [N]. The splits are the caller's to dispose.
 *
 * @example
 * const { train, test, classes } = loadDataset('fashion-mnist');
 * console.log(test.images.shape, classes[0]); // [ 10000, 1, 28, 28 ] T-shirt
 *
 * @param folder where its files are; default: where they are found
 * @throws SaddlepointError DATA when the files are missing or damaged, or options are given to a data set that has none
 */
export function loadDataset(name: DatasetName, folder?: string, options: FolderOptions = {}): Dataset {
  const source = DATASETS.get(name);
  const given = Object.entries(options).find(([, value]) => value !== undefined)?.[0];
  if (given !== undefined && !FOLDER_NAMES.includes(name)) {
    throw new SaddlepointError('DATA', `expected no ${given} for ${name}, whose images are as they are, received one`);
  }
  return source.load(folder, options);
}

/** Makes sure the data set is on this machine. @throws SaddlepointError DATA when it cannot be had */
export function fetchDataset(name: DatasetName, say: (line: string) => void): Promise<string> {
  return DATASETS.get(name).fetch(say);
}

/** What a data set is, and where it was found on this machine. */
export function describeDataset(name: DatasetName): {
  about: string;
  folder: string | undefined;
  images: ImageFacts | undefined;
} {
  const source = DATASETS.get(name);
  return { about: source.about, folder: source.find(), images: source.images };
}

/** Compares a data set's files with the official ones. @throws SaddlepointError DATA when they are not there */
export function verifyDataset(name: DatasetName, folder: string): Promise<readonly FileCheck[]> {
  return DATASETS.get(name).verify(folder);
}
