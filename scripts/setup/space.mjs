// Room on the disk: looked at before work starts, and explained where it runs out in the middle.
import { statfsSync } from 'node:fs';

import { SetupError, megabytes } from './say.mjs';

/** What a build takes. Measured with LibTorch 2.11 (CUDA): the headers, compiled once, are most of it. */
export const BUILD_BYTES = 600e6;

/**
 * Stops where the file system of a folder has too little room left.
 * @param {string} folder
 * @param {number} bytes
 * @param {string} purpose for the message: "the build"
 */
export function checkSpace(folder, bytes, purpose) {
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize >= bytes) return;
  throw new SetupError(
    `${purpose} needs ${megabytes(bytes)} in ${folder}, where ${megabytes(bavail * bsize)} are free`,
    ['make room there, or use a folder on another disk'],
  );
}

/** @type {Record<string, string>} */
const TROUBLE = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'your quota on this disk is used up',
  EROFS: 'the disk cannot be written to',
  EACCES: 'you may not write there',
};

/**
 * A failure of the file system as an error for the user; null where it is something else.
 * @param {unknown} error
 */
export function asDiskTrouble(error) {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const trouble = TROUBLE[code];
  if (!(error instanceof Error) || trouble === undefined) return null;
  return new SetupError(`${trouble}: ${error.message}`, [
    'make room, or use a folder where you may write, and run the same command again',
    'SADDLEPOINT_CACHE names the folder to which the engine of an installed package goes',
  ]);
}
