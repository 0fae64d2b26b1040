// The pieces of the data sets in a bundle: whether they are whole, and unpacking them.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';

import { filesUnder, readJson } from '../setup/files.mjs';
import { SetupError, say, secondsSince } from '../setup/say.mjs';
import { toRecords } from './residuals.mjs';

/**
 * @typedef {{name: string, bytes: number, sha256: string}} Piece
 * @typedef {{file: string, bytes: number, sha256: string, piece: Piece}} Packed
 * @typedef {object} DataSet
 * @property {string} name
 * @property {string} folder with the pieces
 * @property {string} unpackTo
 * @property {string[]} notes files to copy as they are
 * @property {Packed[]} pieces
 */

/** Where data sets are in a bundle: in pieces, and unpacked, as SADDLEPOINT_DATA wants them. */
export const UNPACKED = 'data';
export const PIECES = 'data/pieces';
export const LIST = 'pieces.json';

/** @param {Uint8Array} bytes */
export function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * The data sets of a bundle and what of them is still to be unpacked.
 * @param {string} bundle
 * @returns {DataSet[]}
 */
export function packedDataSets(bundle) {
  const lists = filesUnder(join(bundle, PIECES)).filter((file) => file.endsWith(`/${LIST}`));
  return lists.flatMap((file) => {
    const list = /** @type {{unpackTo: string, notes: string[], pieces: Packed[]} | null} */ (
      readJson(join(bundle, PIECES, file))
    );
    if (list === null) {
      throw new SetupError(`${join(bundle, PIECES, file)} is damaged`, ['copy it from the bundle once more']);
    }
    const name = file.slice(0, -LIST.length - 1);
    const unpackTo = join(bundle, list.unpackTo);
    // A file in its place was compared with its checksum before it got its name.
    const pieces = list.pieces.filter((packed) => sizeOf(join(unpackTo, packed.file)) !== packed.bytes);
    return pieces.length === 0
      ? []
      : [{ name, folder: join(bundle, PIECES, name), unpackTo, notes: list.notes, pieces }];
  });
}

/** @param {string} path */
function sizeOf(path) {
  return statSync(path, { throwIfNoEntry: false })?.size ?? null;
}

/**
 * Stops at pieces that are missing or not what was packed; names all of them at once.
 * @param {readonly DataSet[]} dataSets
 */
export function checkPieces(dataSets) {
  for (const { name, folder, pieces } of dataSets) {
    const wrong = pieces.flatMap(({ piece }) => {
      const size = sizeOf(join(folder, piece.name));
      if (size === null) return [`${piece.name} is missing`];
      if (size !== piece.bytes) return [`${piece.name} has ${size} bytes instead of ${piece.bytes}`];
      const same = sha256(readFileSync(join(folder, piece.name))) === piece.sha256;
      return same ? [] : [`${piece.name} has another SHA-256 than it was sent with`];
    });
    if (wrong.length > 0) {
      throw new SetupError(`${name} is not whole: in ${folder}, ${wrong.join(', ')}`, [
        'copy those pieces there once more and run the same command again',
        `or go without this data set: remove ${folder}`,
      ]);
    }
  }
}

/**
 * Unpacks data sets; their pieces stay where they are.
 * @param {readonly DataSet[]} dataSets
 */
export function unpackPieces(dataSets) {
  for (const { name, folder, unpackTo, notes, pieces } of dataSets) {
    const start = performance.now();
    mkdirSync(unpackTo, { recursive: true });
    for (const { file, sha256: expected, piece } of pieces) {
      const records = toRecords(brotliDecompressSync(readFileSync(join(folder, piece.name))));
      if (sha256(records) !== expected) {
        throw new SetupError(`${piece.name} is whole but unpacks to something else than ${file}`, [
          'make the bundle again: this must not happen',
        ]);
      }
      writePart(join(unpackTo, file), records);
    }
    for (const note of notes) writePart(join(unpackTo, note), readFileSync(join(folder, note)));
    say('data', `${name} unpacked to ${unpackTo} (${secondsSince(start)})`);
  }
}

/**
 * @param {string} path
 * @param {Uint8Array} bytes
 */
function writePart(path, bytes) {
  try {
    writeFileSync(`${path}.tmp`, bytes);
    renameSync(`${path}.tmp`, path);
  } catch (error) {
    rmSync(`${path}.tmp`, { force: true });
    throw error;
  }
}
