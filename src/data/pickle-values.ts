/**
 * What a pickle of plain data is made of, and the few names it may mention: NumPy's, for an array of bytes.
 *
 * @module
 */

/** NumPy's array of unsigned bytes, in row-major order. */
export class ByteArray {
  shape: readonly number[] = [];
  bytes: Uint8Array = new Uint8Array();
}

/** A name the pickle mentions. It stands for nothing but itself. */
export class Global {
  constructor(readonly name: string) {}
}

/** The type of an array's elements, as NumPy spells it: `u1`, a byte, is the only one taken. */
export class ElementType {
  constructor(readonly name: 'u1') {}
}

/** Python's str and bytes arrive as bytes, unicode as a string, lists and tuples as arrays. */
export type Value =
  null | boolean | number | string | Uint8Array | ByteArray | Global | ElementType | Value[] | Map<string, Value>;

/** Why a pickle is not taken. */
export class Refusal extends Error {}

const RECONSTRUCT = ['numpy.core.multiarray._reconstruct', 'numpy._core.multiarray._reconstruct'];
const [NDARRAY, DTYPE, ENCODE] = ['numpy.ndarray', 'numpy.dtype', '_codecs.encode'];
const KNOWN = [...RECONSTRUCT, NDARRAY, DTYPE, ENCODE];

export function mention(module: Value | undefined, name: Value | undefined): Global {
  const full = `${textOf(module)}.${textOf(name)}`;
  if (!KNOWN.includes(full)) throw new Refusal(`it asks for ${full}`);
  return new Global(full);
}

/** What the known names make of their arguments. */
export function call(callee: Value | undefined, values: Value | undefined): Value {
  const name = callee instanceof Global ? callee.name : 'what has no name';
  const [first, second] = Array.isArray(values) ? values : [];
  if (RECONSTRUCT.includes(name) && first instanceof Global && first.name === NDARRAY) return new ByteArray();
  if (name === DTYPE && textOf(first) === 'u1') return new ElementType('u1');
  // How Python 3 writes bytes for Python 2.
  if (name === ENCODE && typeof first === 'string' && second === 'latin1') return Buffer.from(first, 'latin1');
  throw new Refusal(`it calls ${name} for something else than an array of bytes`);
}

/** Gives an array its content: (version, shape, type, whether columns come first, bytes). */
export function build(target: Value, state: Value): void {
  if (target instanceof ElementType) return; // byte order and the like: nothing that a byte has
  const [, shape, type, columnsFirst, bytes]: (Value | undefined)[] = Array.isArray(state) ? state : [];
  const numbers = Array.isArray(shape) ? shape.map(Number) : [];
  const size = numbers.reduce((product, length) => product * length, 1);
  if (
    !(target instanceof ByteArray) ||
    !(type instanceof ElementType) ||
    !(bytes instanceof Uint8Array) ||
    bytes.length !== size
  ) {
    throw new Refusal('an array in it is not one of bytes');
  }
  target.shape = numbers;
  target.bytes = columnsFirst === true ? toRowMajor(bytes, numbers) : bytes;
}

export function textOf(value: Value | undefined): string {
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
  throw new Refusal('a name in it is no text');
}

function toRowMajor(bytes: Uint8Array, shape: readonly number[]): Uint8Array {
  if (shape.length < 2) return bytes;
  if (shape.length > 2) throw new Refusal('an array in it has its dimensions in another order');
  const [rows = 0, columns = 0] = shape;
  return Uint8Array.from(bytes, (_, i) => bytes[(i % columns) * rows + Math.floor(i / columns)]!);
}
