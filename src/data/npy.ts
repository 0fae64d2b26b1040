/**
 * Reads NumPy's `.npy` files: a magic number, a header that is the text of a Python dictionary, then the array's bytes.
 * The header is matched, never evaluated, and arrays of Python objects, which are pickles, are refused.
 *
 * Format: numpy.lib.format, versions 1.0 to 3.0.
 *
 * @module
 */
import { closeSync } from 'node:fs';
import { openFile, readAt, readWhole } from '../engine/read-file.js';

/** In bytes: 50,000 images of 3 × 64 × 64 in float32 are 2.5e9. */
const MAXIMUM_FILE = 4e9;
/** In bytes: NumPy writes 118 of an array of numbers. */
const MAXIMUM_HEADER = 2 ** 16;
const MAGIC = Buffer.from('\x93NUMPY', 'latin1');

export type NpyValues = Float32Array | Float64Array | Uint8Array | Int32Array | BigInt64Array;

export interface NpyArray {
  /** In C order: the last dimension changes fastest. */
  readonly values: NpyValues;
  readonly shape: readonly number[];
}

/** What the numbers may be, as NumPy writes it. */
export const NPY_TYPES: ReadonlyMap<
  string,
  { readonly width: number; readonly view: (bytes: ArrayBuffer) => NpyValues }
> = new Map([
  ['<f4', { width: 4, view: (bytes: ArrayBuffer) => new Float32Array(bytes) }],
  ['<f8', { width: 8, view: (bytes: ArrayBuffer) => new Float64Array(bytes) }],
  ['|u1', { width: 1, view: (bytes: ArrayBuffer) => new Uint8Array(bytes) }],
  ['<i4', { width: 4, view: (bytes: ArrayBuffer) => new Int32Array(bytes) }],
  ['<i8', { width: 8, view: (bytes: ArrayBuffer) => new BigInt64Array(bytes) }],
]);

/** @throws Error that says why it cannot be used */
export function readNpy(path: string): NpyArray {
  const file = readWhole(path, MAXIMUM_FILE);
  const { descr, shape, start } = npyHeader(file, file.length);
  return { values: npyValues(descr, file.subarray(start)), shape };
}

/** An array whose numbers stay in the file until they are asked for. Whoever opens it closes it. */
export interface OpenNpy {
  /** As NumPy writes it, e.g. `|u1`. */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** The elements from `first` on of the first dimension: a copy. @throws Error where the file has become shorter */
  readonly read: (first: number, elements: number) => NpyValues;
  readonly close: () => void;
}

/** Opens an array and reads its header alone. @throws Error that says why it cannot be used */
export function openNpy(path: string): OpenNpy {
  const { file, size } = openFile(path);
  try {
    const { descr, shape, start } = npyHeader(readAt(file, 0, Math.min(size, MAXIMUM_HEADER)), size);
    const element = shape.slice(1).reduce((product, length) => product * length, NPY_TYPES.get(descr)!.width);
    return {
      dtype: descr,
      shape,
      read: (first, elements) => npyValues(descr, readAt(file, start + first * element, elements * element)),
      close: () => {
        closeSync(file);
      },
    };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/** What a file says of its array. */
export interface NpyHeader {
  /** A key of {@link NPY_TYPES}. */
  readonly descr: string;
  readonly shape: readonly number[];
  /** Where the numbers begin, up to the file's end. */
  readonly start: number;
}

/**
 * @param file the file, or its beginning, which has the header
 * @param length of the whole file in bytes
 * @throws Error that says why it cannot be used
 */
export function npyHeader(file: Buffer, length: number): NpyHeader {
  if (!file.subarray(0, MAGIC.length).equals(MAGIC)) throw new Error('it is no .npy file');
  const { text, start } = headerOf(file);
  const { descr, fortran, shape } = parseHeader(text);
  const type = NPY_TYPES.get(descr);
  if (type === undefined) {
    throw new Error(`its numbers are ${descr}, expected one of ${[...NPY_TYPES.keys()].join(', ')}, little-endian`);
  }
  if (fortran && shape.filter((length) => length > 1).length > 1) {
    throw new Error('its numbers are in Fortran order; save numpy.ascontiguousarray(array)');
  }
  const expected = shape.reduce((product, length) => product * length, type.width);
  if (length - start !== expected) {
    throw new Error(`its shape [${shape.join(', ')}] takes ${expected} bytes, and it has ${length - start}`);
  }
  return { descr, shape, start };
}

/** The numbers in these bytes; a copy of its own, as numbers have to begin at a multiple of their width. */
export function npyValues(descr: string, bytes: Uint8Array): NpyValues {
  return NPY_TYPES.get(descr)!.view(Uint8Array.from(bytes).buffer);
}

function headerOf(file: Buffer): { text: string; start: number } {
  const version = file[MAGIC.length] ?? 0;
  if (version < 1 || version > 3) throw new Error(`its format has version ${version}, expected 1 to 3`);
  const at = MAGIC.length + 2;
  const wide = version > 1 ? 4 : 2;
  if (file.length < at + wide) throw new Error('it is cut off in its header');
  const length = file.readUIntLE(at, wide);
  const start = at + wide + length;
  if (start > file.length) throw new Error('it is cut off in its header');
  return { text: file.toString('latin1', at + wide, start), start };
}

/** As NumPy writes it: `{'descr': '<f4', 'fortran_order': False, 'shape': (10, 3, 32, 32), }`. */
function parseHeader(text: string) {
  const [, descr] = /'descr':\s*'([^']*)'/.exec(text) ?? [];
  const [, order] = /'fortran_order':\s*(True|False)/.exec(text) ?? [];
  const [, lengths] = /'shape':\s*\(([\d,\s]*)\)/.exec(text) ?? [];
  if (descr === undefined || order === undefined || lengths === undefined) {
    throw new Error('its header does not describe an array of numbers');
  }
  const shape = lengths
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(Number);
  if (!shape.every(Number.isSafeInteger)) throw new Error(`it claims the shape (${lengths})`);
  return { descr, fortran: order === 'True', shape };
}
