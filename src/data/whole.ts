/**
 * Whether a data set that was found is all there.
 *
 * @module
 */
import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { SaddlepointError } from '../engine/index.js';
import { disposeSplit, type Dataset } from './dataset.js';

/**
 * Reads a data set where it was found, so that one whose download broke off is fetched anew.
 *
 * @param load throws SaddlepointError DATA for files that are missing or damaged
 * @returns whether it is there and can be read; says why not
 */
export function isWhole(
  folder: string | undefined,
  load: (folder: string) => Dataset,
  say: (line: string) => void,
): folder is string {
  if (folder === undefined) return false;
  try {
    const { train, test } = load(folder);
    disposeSplit(train);
    disposeSplit(test);
    return true;
  } catch (error) {
    if (!(error instanceof SaddlepointError) || error.code !== 'DATA') throw error;
    say(`The data set in ${folder} cannot be used: ${error.message}`);
    return false;
  }
}

/** Renames unzipped files beside newly fetched zipped ones: they are read first, and were damaged. */
export function setUnzippedAside(folder: string, zipped: readonly string[]): void {
  for (const name of zipped) {
    const path = join(folder, name.replace(/\.gz$/, ''));
    if (existsSync(path)) renameSync(path, `${path}.damaged`);
  }
}
