/**
 * A PNG file from the disk.
 *
 * @module
 */
import { SaddlepointError } from '../../engine/errors.js';
import { readWhole } from '../../engine/read-file.js';
import { decodePng, type Picture } from './index.js';

/** In bytes; an image of the most pixels that are read is smaller, however badly it is packed. */
const MAXIMUM_FILE = 2 ** 27;

/** @throws SaddlepointError DATA naming the file and why it cannot be used */
export function readPicture(path: string): Picture {
  try {
    return decodePng(readWhole(path, MAXIMUM_FILE));
  } catch (cause) {
    throw new SaddlepointError(
      'DATA',
      `${path} cannot be used: ${(cause as Error).message}; expected a PNG image of 8 bits a channel`,
      { cause },
    );
  }
}
