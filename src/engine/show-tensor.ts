/**
 * A tensor as a terminal shows it.
 *
 * @module
 */
import type { DType, Device, TypedArray } from './dtypes.js';

/** What is asked of the tensor that is shown. */
interface Shown extends Disposable {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly device: Device;
  toTypedArray(): TypedArray;
  /** A part of one dimension, the caller's to dispose. */
  narrow(axis: number, start: number, length: number): Shown;
}

/** Of a longer dimension the first and the last so many are shown. */
const EDGE = 3;
const DIGITS = 4;

/**
 * The values in nested brackets, and what kind of tensor they are in, e.g. `tensor([[1, 2], [3, 4]], float32 [2, 2])`.
 * Waits for the device.
 */
export function showTensor(tensor: Shown): string {
  const { shape, dtype, device } = tensor;
  const kind = `${dtype} [${shape.join(', ')}]${device === 'cpu' ? '' : ` on ${device}`}`;
  const rows = shownRows(tensor);
  const values = rows.values();
  return `tensor(${nested(shape, () => write(values.next().value))}, ${kind})`;
}

/** The values that are shown, in their order: read once, edges alone. */
function shownRows(tensor: Shown): (number | bigint)[] {
  const { shape } = tensor;
  const axis = shape.findIndex((length) => length > 2 * EDGE);
  if (axis < 0) return [...tensor.toTypedArray()];
  // The edges of the first long dimension, then those of the others within them.
  using first = tensor.narrow(axis, 0, EDGE);
  using last = tensor.narrow(axis, shape[axis]! - EDGE, EDGE);
  const [begin, end] = [shownRows(first), shownRows(last)];
  // Along an inner axis the two edges take turns.
  const turns = shape.slice(0, axis).reduce((product, length) => product * length, 1);
  const each = begin.length / turns;
  return Array.from({ length: turns }, (_, turn) => [
    ...begin.slice(turn * each, (turn + 1) * each),
    ...end.slice(turn * each, (turn + 1) * each),
  ]).flat();
}

function nested([length, ...inner]: readonly number[], next: () => string): string {
  if (length === undefined) return next();
  const parts = Array.from({ length: Math.min(length, 2 * EDGE) }, () => nested(inner, next));
  if (length > 2 * EDGE) parts.splice(EDGE, 0, '…');
  return `[${parts.join(', ')}]`;
}

function write(value: number | bigint | undefined): string {
  if (typeof value !== 'number' || Number.isInteger(value)) return String(value);
  return String(Number(value.toPrecision(DIGITS)));
}
