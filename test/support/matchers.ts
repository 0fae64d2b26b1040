/**
 * Matchers for tensors; import this file for its effect, then `expect(x).toBeAllclose(…)`.
 *
 * @module
 */
import { expect } from 'vitest';
import { Tensor } from '../../src/engine/index.js';

/** A tensor as golden files hold it. */
export interface PackedTensor {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly data: readonly (number | string)[];
}

/** Numbers to compare with; a plain list says nothing of the shape. */
export type Expected = PackedTensor | Tensor | readonly number[] | number;

interface TensorMatchers<R = unknown> {
  /**
   * Each element differs by at most `tolerance` times the larger of its expected magnitude and the root mean square
   * of all expected elements: elements that cancel to nearly nothing carry the rounding of the sums they came from.
   * NaN equals NaN, infinities equal themselves, integers and booleans must be the same.
   */
  toBeAllclose(expected: Expected, tolerance?: number): R;
  toHaveShape(shape: readonly number[]): R;
}

declare module 'vitest' {
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- the way vitest takes matchers
  interface Matchers<T> extends TensorMatchers<T> {}
}

const SPECIAL: Readonly<Record<string, number>> = { nan: NaN, inf: Infinity, '-inf': -Infinity };

/** The elements of a packed tensor as numbers. */
export function unpackNumbers(data: PackedTensor['data']): number[] {
  return data.map((value) => (typeof value === 'number' ? value : SPECIAL[value]!));
}

interface Read {
  readonly numbers: readonly number[];
  readonly shape?: readonly number[];
  readonly dtype?: string;
}

function read(value: Expected): Read {
  if (typeof value === 'number') return { numbers: [value] };
  if (Array.isArray(value)) return { numbers: value as readonly number[] };
  if (value instanceof Tensor) return { numbers: value.toNumbers(), shape: value.shape, dtype: value.dtype };
  const packed = value as PackedTensor;
  return { numbers: unpackNumbers(packed.data), shape: packed.shape, dtype: packed.dtype };
}

function rootMeanSquare(numbers: readonly number[]): number {
  const finite = numbers.filter(Number.isFinite);
  return Math.sqrt(finite.reduce((sum, number) => sum + number * number, 0) / Math.max(1, finite.length));
}

/** What is wrong, or undefined. */
function difference(received: Read, expected: Read, tolerance: number): string | undefined {
  if (received.shape && expected.shape && received.shape.join() !== expected.shape.join()) {
    return `shape [${received.shape.join(', ')}], expected [${expected.shape.join(', ')}]`;
  }
  if (received.dtype && expected.dtype && received.dtype !== expected.dtype) {
    return `dtype ${received.dtype}, expected ${expected.dtype}`;
  }
  if (received.numbers.length !== expected.numbers.length) {
    return `${received.numbers.length} elements, expected ${expected.numbers.length}`;
  }
  const exact = expected.dtype !== undefined && !expected.dtype.includes('float');
  const scale = rootMeanSquare(expected.numbers);
  let worst = 0;
  let where = -1;
  for (const [index, wanted] of expected.numbers.entries()) {
    const got = received.numbers[index]!;
    if (Object.is(got, wanted) || got === wanted) continue;
    const ratio = exact ? Infinity : Math.abs(got - wanted) / Math.max(Math.abs(wanted), scale);
    // NaN where a number was expected, or the other way round, is the worst of all.
    if (!(ratio <= worst)) [worst, where] = [Number.isNaN(ratio) ? Infinity : ratio, index];
  }
  if (worst <= tolerance) return undefined;
  return `element ${where} is ${received.numbers[where]}, expected ${expected.numbers[where]} (relative difference ${worst.toExponential(2)}, allowed ${tolerance})`;
}

expect.extend({
  toBeAllclose(received: Expected, expected: Expected, tolerance = 1e-6) {
    const problem = difference(read(received), read(expected), tolerance);
    return {
      pass: problem === undefined,
      message: () => problem ?? `expected the values to differ by more than ${tolerance}`,
    };
  },
  toHaveShape(received: Tensor, shape: readonly number[]) {
    const got = received.shape.join(', ');
    return {
      pass: got === shape.join(', '),
      message: () => `expected the shape [${shape.join(', ')}], received [${got}]`,
    };
  },
});
