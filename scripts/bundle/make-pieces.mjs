// A data set as pieces that travel: one for each of its files, packed without loss, each with its SHA-256.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

import { SetupError, megabytes, say, secondsSince } from '../setup/say.mjs';
import { LIST, PIECES, UNPACKED, sha256 } from './pieces.mjs';
import { RECORD, toResiduals } from './residuals.mjs';

const FILES = [1, 2, 3, 4, 5].map((number) => `data_batch_${number}.bin`).concat('test_batch.bin');

/** The largest a piece may be, for whoever carries them over by a way with such a limit. */
const LARGEST = 45e6;

/** More than 5 costs ten times the time for half a percent. */
const QUALITY = 5;

/**
 * Stops unless a folder has CIFAR-10 in the binary layout, whole.
 * @param {string | undefined} folder
 */
export function checkDataset(folder) {
  const where = folder ?? 'the known places';
  const missing = FILES.find((file) => folder === undefined || !existsSync(join(folder, file)));
  if (folder === undefined || missing !== undefined) {
    throw new SetupError(`--dataset cifar-10: there is no ${missing ?? ''} in ${where}`, [
      'npx saddlepoint data fetch cifar-10',
      'or set SADDLEPOINT_DATA to the folder that has cifar-10-batches-bin/',
    ]);
  }
  return folder;
}

/**
 * Packs CIFAR-10 from `folder` into the bundle and returns the bytes of all pieces.
 * @param {string} folder
 * @param {string} bundle
 */
export function makePieces(folder, bundle) {
  const start = performance.now();
  const target = join(bundle, PIECES, 'cifar-10');
  mkdirSync(target, { recursive: true });
  const pieces = FILES.map((file) => {
    const records = readFileSync(join(folder, file));
    if (records.length === 0 || records.length % RECORD !== 0) {
      throw new SetupError(`${join(folder, file)} does not consist of records of ${RECORD} bytes; is it truncated?`);
    }
    const parameters = { [constants.BROTLI_PARAM_QUALITY]: QUALITY };
    const packed = brotliCompressSync(toResiduals(records), { params: parameters });
    if (packed.length > LARGEST) throw new SetupError(`${file} does not fit a piece of ${megabytes(LARGEST)}`);
    writeFileSync(join(target, `${file}.br`), packed);
    return {
      file,
      bytes: records.length,
      sha256: sha256(records),
      piece: { name: `${file}.br`, bytes: packed.length, sha256: sha256(packed) },
    };
  });
  // What is said about the files where they are not the official ones goes where they go.
  const notes = ['NOTE.md', 'README.md', 'batches.meta.txt'].filter((name) => existsSync(join(folder, name)));
  // Written anew: a copy would be read-only where they are.
  for (const name of notes) writeFileSync(join(target, name), readFileSync(join(folder, name)));
  const list = { unpackTo: join(UNPACKED, 'cifar-10/cifar-10-batches-bin'), notes, pieces };
  writeFileSync(join(target, LIST), `${JSON.stringify(list, null, 2)}\n`);
  const bytes = pieces.reduce((sum, { piece }) => sum + piece.bytes, 0);
  say('data', `cifar-10: ${pieces.length} pieces, ${megabytes(bytes)} (${secondsSince(start)})`);
  return bytes;
}
