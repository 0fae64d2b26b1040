/**
 * Logits as probabilities.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { crossEntropy, prediction, probabilities } from './logits.js';

test('the softmax, of large logits too', () => {
  const [first, second] = probabilities([1000, 1000 + Math.log(3)]);
  expect(first).toBeCloseTo(0.25);
  expect(second).toBeCloseTo(0.75);
});

test('the cross-entropy where the probability is no number above 0', () => {
  expect(crossEntropy([0, 1000], 0)).toBe(1000);
  expect(crossEntropy([0, 0], 1)).toBeCloseTo(Math.log(2));
});

test('of equal logits the first', () => {
  expect(prediction(Float32Array.of(1, 3, 3))).toBe(1);
});

test.each([[[NaN, 1]], [[Infinity, 1]], [[-Infinity, -Infinity]], [[]]])('%j names no class', (logits) => {
  expect(prediction(logits)).toBeUndefined();
});

test('a class that is ruled out is no fault of the others', () => {
  expect(prediction([-Infinity, 1])).toBe(1);
});
