/**
 * The robust error at every budget, from the distances of one attack.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { robustErrorCurve } from './minimum-norm-curve.js';

const errors = (...of: Parameters<typeof robustErrorCurve>) => robustErrorCurve(...of).map((point) => point.errors);

describe('the robust error against epsilon', () => {
  test('counts who is within the budget, the budget included', () => {
    expect(errors([0.3, 0.1, 0.2], [false, false, false], [0, 0.1, 0.15, 0.2, 1])).toEqual([0, 1, 1, 2, 3]);
  });

  test('counts who is wrong already at every budget, whatever its distance says', () => {
    expect(errors([Infinity, 0, 0.5], [true, true, false], [0, 0.5])).toEqual([2, 3]);
  });

  test('never counts who was never fooled', () => {
    expect(errors([Infinity, 1], [false, false], [1e30])).toEqual([1]);
  });

  test('says how many examples there were, in the order of the budgets given', () => {
    expect(robustErrorCurve([1, 3], [false, false], [2, 0])).toEqual([
      { epsilon: 2, errors: 1, examples: 2 },
      { epsilon: 0, errors: 0, examples: 2 },
    ]);
  });

  test('is empty of errors without examples', () => {
    expect(robustErrorCurve([], [], [1])).toEqual([{ epsilon: 1, errors: 0, examples: 0 }]);
  });

  test('refuses what cannot be a distance, a budget, or the same examples', () => {
    expect(() => robustErrorCurve([NaN], [false], [1])).toThrow('expected distances of at least 0');
    expect(() => robustErrorCurve([-1], [false], [1])).toThrow('for example 0');
    expect(() => robustErrorCurve([1], [false], [-1])).toThrow('epsilon');
    expect(() => robustErrorCurve([1], [], [1])).toThrow('expected as many distances as examples, 0, received 1');
  });
});
