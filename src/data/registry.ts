/**
 * The data sets by name. A new one is one file and one line here.
 *
 * @module
 */
import type { Dataset } from './dataset.js';
import { fetchFashionMnist } from './fetch-fashion-mnist.js';
import { loadFashionMnist } from './fashion-mnist.js';

interface Source {
  /** Loads from a folder, or from where the data set is found. */
  load(folder?: string): Dataset;
  /** Brings the data set to this machine; says in plain lines what it does. Returns its folder. */
  fetch(say: (line: string) => void): Promise<string>;
}

const SOURCES = {
  'fashion-mnist': { load: loadFashionMnist, fetch: fetchFashionMnist },
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
