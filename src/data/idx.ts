/**
 * The IDX format of MNIST and its relatives, plain or gzipped.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SaddlepointError } from '../engine/index.js';
import { readWhole } from '../engine/read-file.js';
import { checkClaim, inflateAtMost, inflateStart } from './inflate.js';

export interface IdxArray {
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

const UNSIGNED_BYTE = 0x08;
const MAXIMUM_FILE = 2 ** 31;

/**
 * Reads `<folder>/<name>` or `<folder>/<name>.gz`.
 *
 * @throws SaddlepointError DATA when the file is missing, truncated, of another type or longer than it says
 */
export function readIdx(folder: string, name: string, rank: number): IdxArray {
  const plain = join(folder, name);
  const zipped = `${plain}.gz`;
  if (!existsSync(plain) && !existsSync(zipped)) {
    throw new SaddlepointError('DATA', `expected ${name} or ${name}.gz in ${folder}, found neither`);
  }
  const path = existsSync(plain) ? plain : zipped;
  try {
    const raw = readWhole(path, MAXIMUM_FILE);
    return parseIdx(path === zipped ? unzip(raw, rank, path) : raw, rank, path);
  } catch (cause) {
    if (cause instanceof SaddlepointError) throw cause;
    throw new SaddlepointError(
      'DATA',
      `${path} cannot be read (${(cause as Error).message}); is it truncated? Fetch it again`,
      { cause },
    );
  }
}

/** Inflates as much as the file's own header says that there is. */
function unzip(raw: Buffer, rank: number, path: string): Uint8Array {
  const { start, size } = parseHeader(inflateStart(raw, headerLength(rank), 'gzip'), rank, path);
  checkClaim(start + size, raw);
  return inflateAtMost(raw, start + size, 'gzip');
}

/** Parses the bytes of an IDX file; `path` is for messages. */
export function parseIdx(data: Uint8Array, rank: number, path: string): IdxArray {
  const { shape, start, size } = parseHeader(data, rank, path);
  if (data.length !== start + size) {
    throw new SaddlepointError(
      'DATA',
      `expected ${start + size} bytes in ${path}, received ${data.length}; the file is truncated or not what it says`,
    );
  }
  return { shape, bytes: data.subarray(start) };
}

/** The magic number and a size for each dimension. */
function headerLength(rank: number): number {
  return 4 + 4 * rank;
}

function parseHeader(data: Uint8Array, rank: number, path: string): { shape: number[]; start: number; size: number } {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const start = headerLength(rank);
  if (data.length < start || view.getUint16(0) !== 0 || data[2] !== UNSIGNED_BYTE || data[3] !== rank) {
    throw new SaddlepointError(
      'DATA',
      `expected an IDX file of unsigned bytes with ${rank} dimensions, received something else in ${path}`,
    );
  }
  const shape = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  return { shape, start, size: shape.reduce((product, length) => product * length, 1) };
}
