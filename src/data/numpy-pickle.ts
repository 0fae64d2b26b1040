/**
 * Reads pickles of plain values and NumPy's arrays of bytes, as CIFAR's authors distribute them: the names that such
 * an array needs, for the engine's reader of pickles, which refuses every other.
 *
 * @module
 */
import { SaddlepointError } from '../engine/index.js';
import { PickleError, PickleFunction, PickleObject, readPickle, shortened } from '../engine/pickle.js';

/** NumPy's array of unsigned bytes, in row-major order. */
export class ByteArray extends PickleObject {
  shape: readonly number[] = [];
  #stored: Uint8Array = new Uint8Array();
  #columnsFirst = false;

  get bytes(): Uint8Array {
    // Only now: a pickle may set the state of its arrays as often as it likes.
    return this.#columnsFirst ? toRowMajor(this.#stored, this.shape) : this.#stored;
  }

  /** @param state (version, shape, type, whether columns come first, bytes) */
  override setState(state: unknown): void {
    const [, shape, type, columnsFirst, bytes] = Array.isArray(state) ? (state as unknown[]) : [];
    if (
      !isShape(shape) ||
      !(type instanceof ByteType) ||
      !(bytes instanceof Buffer) ||
      bytes.length !== shape.reduce((product, length) => product * length, 1)
    ) {
      throw new PickleError('an array in it is not one of bytes');
    }
    if (columnsFirst === true && shape.length > 2) {
      throw new PickleError('an array in it has its dimensions in another order');
    }
    this.shape = [...shape]; // the pickle may still change its own
    this.#stored = bytes;
    this.#columnsFirst = columnsFirst === true;
  }
}

/** The type of an array's elements, of which bytes are the only one taken. */
class ByteType extends PickleObject {
  override setState(): void {
    // Byte order and the like: nothing that a byte has.
  }
}

/** NumPy's own limit. */
const MOST_DIMENSIONS = 64;

const NDARRAY = known('numpy.ndarray', () => undefined);

/** What a name makes of its arguments; undefined where they ask for something else. For one pickle. */
function namesOfOne(): readonly PickleFunction[] {
  // Each text once: a pickle may ask for the same again and again.
  const encoded = new Map<string, Buffer>();
  const encode = (text: string): Buffer => {
    const bytes = encoded.get(text) ?? Buffer.from(text, 'latin1');
    encoded.set(text, bytes);
    return bytes;
  };
  return [
    NDARRAY,
    known('numpy.core.multiarray._reconstruct', reconstruct),
    known('numpy._core.multiarray._reconstruct', reconstruct),
    // How protocol 5 writes an array, unless its elements are in no order.
    known('numpy.core.numeric._frombuffer', fromBuffer),
    known('numpy._core.numeric._frombuffer', fromBuffer),
    known('numpy.dtype', (name) => (isText(name, 'u1') ? new ByteType() : undefined)),
    // How Python 3 writes bytes for Python 2.
    known('_codecs.encode', (text, encoding) =>
      typeof text === 'string' && encoding === 'latin1' ? encode(text) : undefined,
    ),
  ];
}

/** @throws SaddlepointError DATA for anything but plain values and arrays of bytes; `path` is for the message */
export function readNumpyPickle(data: Buffer, path: string): unknown {
  const names = namesOfOne();
  const nameOf = (name: string): PickleFunction => {
    const found = names.find((each) => each.name === name);
    if (found === undefined) throw new PickleError(`it asks for ${shortened(name)}`);
    return found;
  };
  try {
    return readPickle(data, { global: nameOf });
  } catch (cause) {
    if (!(cause instanceof PickleError)) throw cause;
    throw new SaddlepointError(
      'DATA',
      `${path} is not a pickle of plain data: ${cause.message}. It was not executed; is it the official file?`,
      { cause },
    );
  }
}

function known(name: string, make: (...values: readonly unknown[]) => unknown): PickleFunction {
  return new PickleFunction(name, (...values) => {
    const made = make(...values);
    if (made === undefined) throw new PickleError(`it calls ${name} for something else than an array of bytes`);
    return made;
  });
}

function reconstruct(type: unknown): ByteArray | undefined {
  return type === NDARRAY ? new ByteArray() : undefined;
}

function fromBuffer(bytes: unknown, type: unknown, shape: unknown, order: unknown): ByteArray | undefined {
  if (order !== 'C' && order !== 'F') return undefined;
  const array = new ByteArray();
  array.setState([1, shape, type, order === 'F', bytes]);
  return array;
}

function isText(value: unknown, text: string): boolean {
  return value === text || (value instanceof Buffer && value.equals(Buffer.from(text)));
}

function isShape(value: unknown): value is number[] {
  const few = Array.isArray(value) && value.length <= MOST_DIMENSIONS;
  return few && value.every((length) => Number.isSafeInteger(length) && (length as number) >= 0);
}

function toRowMajor(bytes: Uint8Array, shape: readonly number[]): Uint8Array {
  if (shape.length < 2) return bytes;
  const [rows = 0, columns = 0] = shape;
  const result = new Uint8Array(bytes.length);
  for (let i = 0; i < bytes.length; i += 1) result[i] = bytes[(i % columns) * rows + Math.floor(i / columns)]!;
  return result;
}
