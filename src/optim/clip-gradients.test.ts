import { expect, test } from 'vitest';
import { leavesNothingAlive } from '../../test/support/live-tensors.js';
import { backward, tensor, tidy } from '../engine/index.js';
import { Parameter } from '../nn/index.js';
import { clipGradients } from './index.js';

leavesNothingAlive();

/**
 * The norm that is said, and the gradients of two parameters afterwards, which were (3, 0) and 4 before, times
 * `factor`.
 */
function clipped(most: number, factor = 1): [norm: number, gradients: number[][]] {
  return tidy(() => {
    using a = new Parameter(tensor([1, 1]));
    using b = new Parameter(tensor(1));
    using unused = new Parameter(tensor(1));
    backward(
      a
        .mul(tensor([3, 0]))
        .sum()
        .add(b.mul(4))
        .mul(factor),
    );
    const norm = clipGradients([a, b, unused], most);
    return [norm, [a, b].map(({ grad }) => grad!.toNumbers())];
  });
}

test('gradients longer than allowed are shortened together, others stay', () => {
  const [norm, [a, b]] = clipped(1);
  expect(norm).toBeCloseTo(5, 6);
  expect([...a!, ...b!].map((value) => Number(value.toFixed(5)))).toEqual([0.6, 0, 0.8]);
  expect(clipped(5.1)).toEqual([5, [[3, 0], [4]]]);
});

test('what is no number is not hidden', () => {
  const [norm, [a]] = clipped(1, Number.NaN);
  expect([norm, a![0]]).toEqual([Number.NaN, Number.NaN]);
});

test('no gradients have no length', () => {
  expect(clipGradients([], 1)).toBe(0);
});
