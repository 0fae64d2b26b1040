/**
 * The IDX format of MNIST and its relatives, plain or gzipped.
 *
 * @module
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { SaddlepointError } from '../engine/index.js';

export interface IdxArray {
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

const UNSIGNED_BYTE = 0x08;

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
  let data: Uint8Array;
  try {
    const raw = readFileSync(path);
    data = path === zipped ? gunzipSync(raw) : raw;
  } catch (cause) {
    throw new SaddlepointError(
      'DATA',
      `${path} cannot be read (${(cause as Error).message}); is it truncated? Fetch it again`,
      { cause },
    );
  }
  return parseIdx(data, rank, path);
}

/** Parses the bytes of an IDX file; `path` is for messages. */
export function parseIdx(data: Uint8Array, rank: number, path: string): IdxArray {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const header = 4 + 4 * rank;
  if (data.length < header || view.getUint16(0) !== 0 || data[2] !== UNSIGNED_BYTE || data[3] !== rank) {
    throw new SaddlepointError(
      'DATA',
      `expected an IDX file of unsigned bytes with ${rank} dimensions, received something else in ${path}`,
    );
  }
  const shape = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  const size = shape.reduce((product, length) => product * length, 1);
  if (data.length !== header + size) {
    throw new SaddlepointError(
      'DATA',
      `expected ${header + size} bytes in ${path}, received ${data.length}; the file is truncated or not what it says`,
    );
  }
  return { shape, bytes: data.subarray(header) };
}
