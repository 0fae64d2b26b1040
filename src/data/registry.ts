/**
 * The data sets by name. A new one is one file and one line here.
 *
 * @module
 */
import { cifar10 } from './cifar-10.js';
import { cifar100 } from './cifar-100.js';
import type { Dataset } from './dataset.js';
import { fashionMnist } from './fetch-fashion-mnist.js';
import { imageFolder } from './image-folder.js';
import { mnist } from './mnist.js';
import type { FileCheck } from './official-files.js';
import type { Source } from './source.js';
import { svhn } from './svhn.js';

const SOURCES = {
  'cifar-10': cifar10,
  'cifar-100': cifar100,
  mnist,
  'fashion-mnist': fashionMnist,
  svhn,
  'image-folder': imageFolder,
} as const satisfies Readonly<Record<string, Source>>;

export type DatasetName = keyof typeof SOURCES;
export const DATASET_NAMES = Object.keys(SOURCES) as DatasetName[];

/** @throws SaddlepointError DATA when the files are missing or damaged */
export function loadDataset(name: DatasetName, folder?: string): Dataset {
  return SOURCES[name].load(folder);
}

/** Makes sure the data set is on this machine. @throws SaddlepointError DATA when it cannot be had */
export function fetchDataset(name: DatasetName, say: (line: string) => void): Promise<string> {
  return SOURCES[name].fetch(say);
}

/** What a data set is, and where it was found on this machine. */
export function describeDataset(name: DatasetName): { about: string; folder: string | undefined } {
  const source: Source = SOURCES[name];
  return { about: source.about, folder: source.find() };
}

/** Compares a data set's files with the official ones. @throws SaddlepointError DATA when they are not there */
export function verifyDataset(name: DatasetName, folder: string): Promise<readonly FileCheck[]> {
  return SOURCES[name].verify(folder);
}
