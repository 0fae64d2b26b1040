/**
 * Reads arrays of bytes from a MATLAB 5 file: the variables a data set needs, compressed or not, and nothing more of
 * that format (MathWorks, "MAT-File Format", chapter 1).
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import { SaddlepointError } from '../engine/index.js';

export interface MatArray {
  readonly shape: readonly number[];
  /** Column-major: the first index runs fastest. */
  readonly bytes: Uint8Array;
}

const HEADER = 128;
const [INT8, UINT8, INT32, UINT32, DOUBLE, MATRIX, COMPRESSED] = [1, 2, 5, 6, 9, 14, 15];

/** @throws SaddlepointError DATA when the file is missing, truncated, or no MATLAB 5 file with these arrays of bytes */
export function readMat(path: string, names: readonly string[]): MatArray[] {
  const arrays = new Map<string, MatArray>();
  try {
    const file = readFileSync(path);
    // Version 1.0, and `IM` as a little-endian machine writes it.
    if (file.length < HEADER || file.toString('latin1', 124, 128) !== '\x00\x01IM')
      throw new Error('it is no MATLAB 5 file');
    for (const element of elementsOf(file.subarray(HEADER))) {
      const [matrix] = element.type === COMPRESSED ? elementsOf(inflateSync(element.bytes)) : [element];
      const read = matrix?.type === MATRIX ? readMatrix(matrix.bytes) : undefined;
      if (read !== undefined) arrays.set(read.name, read);
    }
  } catch (cause) {
    throw new SaddlepointError(
      'DATA',
      `${path} cannot be read (${(cause as Error).message}); is it truncated? Fetch it again`,
      { cause },
    );
  }
  return names.map((name) => {
    const array = arrays.get(name);
    if (array !== undefined) return array;
    const received = arrays.size === 0 ? 'none' : [...arrays.keys()].join(', ');
    throw new SaddlepointError('DATA', `expected an array of bytes \`${name}\` in ${path}, received ${received}`);
  });
}

interface Element {
  readonly type: number;
  readonly bytes: Buffer;
}

/** A sequence of data elements: type, length, bytes; short ones in eight bytes together. */
function* elementsOf(data: Buffer): Generator<Element> {
  for (let at = 0; at < data.length;) {
    const type = data.readUInt32LE(at);
    const short = type >>> 16;
    const length = short > 0 ? short : data.readUInt32LE(at + 4);
    const start = at + (short > 0 ? 4 : 8);
    if (start + length > data.length) throw new Error('it ends too early');
    yield { type: type & 0xffff, bytes: data.subarray(start, start + length) };
    // A compressed element is not padded to eight bytes, the others are.
    at = short > 0 ? at + 8 : start + (type === COMPRESSED ? length : Math.ceil(length / 8) * 8);
  }
}

/** The parts of a real numeric array: flags, dimensions, name, values. Undefined for other classes. */
function readMatrix(data: Buffer): (MatArray & { readonly name: string }) | undefined {
  const [flags, dimensions, name, values] = [...elementsOf(data)];
  if (flags?.type !== UINT32 || dimensions?.type !== INT32 || name?.type !== INT8 || values === undefined)
    return undefined;
  const shape = Array.from({ length: dimensions.bytes.length / 4 }, (_, i) => dimensions.bytes.readInt32LE(4 * i));
  const size = shape.reduce((product, length) => product * length, 1);
  const bytes = bytesOf(values);
  return bytes?.length === size ? { name: name.bytes.toString('latin1'), shape, bytes } : undefined;
}

function bytesOf({ type, bytes }: Element): Uint8Array | undefined {
  if (type === UINT8) return bytes;
  if (type !== DOUBLE) return undefined;
  // MATLAB's usual numbers: labels are often kept so.
  const numbers = Array.from({ length: bytes.length / 8 }, (_, i) => bytes.readDoubleLE(8 * i));
  return numbers.every((number) => Number.isInteger(number) && number >= 0 && number <= 255)
    ? Uint8Array.from(numbers)
    : undefined;
}
