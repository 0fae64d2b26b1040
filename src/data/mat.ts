/**
 * Reads arrays of bytes from a MATLAB 5 file: the variables a data set needs, compressed or not, and nothing more of
 * that format (MathWorks, "MAT-File Format", chapter 1).
 *
 * @module
 */
import { SaddlepointError } from '../engine/index.js';
import { readWhole } from '../engine/read-file.js';
import { checkClaim, inflateAtMost, inflateStart, MAXIMUM_INFLATED } from './inflate.js';

export interface MatArray {
  readonly shape: readonly number[];
  /** Column-major: the first index runs fastest. */
  readonly bytes: Uint8Array;
}

const HEADER = 128;
const MAXIMUM_FILE = 2 ** 31;
/** The most values of a name or of dimensions; they stand in a matrix's first bytes, and so does its name. */
const MOST_DIMENSIONS = 32;
const START = 512;
const [INT8, UINT8, INT32, UINT32, DOUBLE, MATRIX, COMPRESSED] = [1, 2, 5, 6, 9, 14, 15];

/** @throws SaddlepointError DATA when the file is missing, truncated, or no MATLAB 5 file with these arrays of bytes */
export function readMat(path: string, names: readonly string[]): MatArray[] {
  const arrays = new Map<string, MatArray>();
  try {
    const file = readWhole(path, MAXIMUM_FILE);
    // Version 1.0, and `IM` as a little-endian machine writes it.
    if (file.length < HEADER || file.toString('latin1', 124, 128) !== '\x00\x01IM')
      throw new Error('it is no MATLAB 5 file');
    let left = MAXIMUM_INFLATED;
    for (const element of elementsOf(file.subarray(HEADER))) {
      const matrix = element.type === COMPRESSED ? inflateMatrix(element.bytes, names, left) : element;
      if (element.type === COMPRESSED) left -= matrix?.bytes.length ?? 0;
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

/**
 * A compressed element, inflated where it is a matrix of one of these names; undefined for another.
 *
 * @param limit in bytes, of all that the file may still unfold to
 */
function inflateMatrix(packed: Buffer, names: readonly string[], limit: number): Element | undefined {
  const start = inflateStart(packed, START, 'zlib');
  const [type, length] = start.length < 8 ? [0, 0] : [start.readUInt32LE(0), start.readUInt32LE(4)];
  if (type !== MATRIX) return undefined;
  // Only as far as the name: what follows may be cut off here.
  const [, , name] = firstOf(elementsOf(start.subarray(8), false), 3);
  if (name === undefined || !names.includes(name.bytes.toString('latin1'))) return undefined;
  checkClaim(8 + length, packed);
  if (length > limit) throw new Error(`its arrays claim more than ${MAXIMUM_INFLATED} bytes`);
  const [matrix] = elementsOf(inflateAtMost(packed, 8 + length, 'zlib'));
  return matrix;
}

function firstOf<Value>(values: Iterable<Value>, count: number): Value[] {
  const first: Value[] = [];
  for (const value of values) {
    first.push(value);
    if (first.length === count) break;
  }
  return first;
}

interface Element {
  readonly type: number;
  readonly bytes: Buffer;
}

/**
 * A sequence of data elements: type, length, bytes; short ones in eight bytes together.
 *
 * @param whole whether one that is cut off is an error; otherwise it is left out, with all that follow
 */
function* elementsOf(data: Buffer, whole = true): Generator<Element> {
  for (let at = 0; at < data.length;) {
    if (!whole && at + 8 > data.length) return;
    const type = data.readUInt32LE(at);
    const short = type >>> 16;
    const length = short > 0 ? short : data.readUInt32LE(at + 4);
    const start = at + (short > 0 ? 4 : 8);
    if (start + length > data.length) {
      if (!whole) return;
      throw new Error('it ends too early');
    }
    yield { type: type & 0xffff, bytes: data.subarray(start, start + length) };
    // A compressed element is not padded to eight bytes, the others are.
    at = short > 0 ? at + 8 : start + (type === COMPRESSED ? length : Math.ceil(length / 8) * 8);
  }
}

/** The parts of a real numeric array: flags, dimensions, name, values. Undefined for other classes. */
function readMatrix(data: Buffer): (MatArray & { readonly name: string }) | undefined {
  const [flags, dimensions, name, values] = firstOf(elementsOf(data), 4);
  if (flags?.type !== UINT32 || dimensions?.type !== INT32 || name?.type !== INT8 || values === undefined)
    return undefined;
  if (dimensions.bytes.length > 4 * MOST_DIMENSIONS) return undefined;
  const shape = Array.from({ length: dimensions.bytes.length / 4 }, (_, i) => dimensions.bytes.readInt32LE(4 * i));
  const size = shape.reduce((product, length) => product * length, 1);
  const bytes = bytesOf(values);
  return bytes?.length === size ? { name: name.bytes.toString('latin1'), shape, bytes } : undefined;
}

function bytesOf({ type, bytes }: Element): Uint8Array | undefined {
  if (type === UINT8) return bytes;
  if (type !== DOUBLE) return undefined;
  // MATLAB's usual numbers: labels are often kept so.
  const numbers = new Uint8Array(Math.floor(bytes.length / 8));
  for (let i = 0; i < numbers.length; i += 1) {
    const number = bytes.readDoubleLE(8 * i);
    numbers[i] = number;
    if (numbers[i] !== number) return undefined; // not a whole number from 0 to 255
  }
  return numbers;
}
