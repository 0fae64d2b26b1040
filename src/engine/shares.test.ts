/**
 * Shares: all of it, in order, evenly.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { evenShares } from './index.js';

test.each([
  [
    10,
    3,
    [
      [0, 3],
      [3, 7],
      [7, 10],
    ],
  ],
  [
    128,
    2,
    [
      [0, 64],
      [64, 128],
    ],
  ],
  [
    2,
    5,
    [
      [0, 1],
      [1, 2],
    ],
  ],
  [7, 1, [[0, 7]]],
  [0, 3, []],
] as const)('%i in at most %i', (total, most, expected) => {
  expect(evenShares(total, most)).toEqual(expected);
});
