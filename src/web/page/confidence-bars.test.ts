/**
 * Which classes are shown.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { classesToShow } from './confidence-bars.js';

test('ten are all shown, in their order', () => {
  expect(classesToShow(Array<number>(10).fill(0.1), Array<number>(10).fill(0.1), 3)).toEqual([
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
  ]);
});

test('of many the right one and the likeliest, before or now', () => {
  const before = Array<number>(100).fill(0);
  const now = before.slice();
  before[70] = 0.9;
  now[20] = 0.6;
  [5, 6, 7, 8, 9, 10].forEach((number, i) => (now[number] = 0.05 - 0.001 * i));
  expect(classesToShow(before, now, 99)).toEqual([5, 6, 7, 20, 70, 99]);
});
