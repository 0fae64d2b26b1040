/**
 * How budgets may be written in recipes, on the command line and in what a report reads.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { parseBudget } from './budget.js';

test.each([
  [0.03, 0.03],
  ['0.03', 0.03],
  ['8/255', 8 / 255],
  [' 8 / 255 ', 8 / 255],
  ['.5', 0.5],
  ['1e-2', 0.01],
  ['0.5/2', 0.25],
])('%j is %f', (written, value) => {
  expect(parseBudget(written)).toBe(value);
});

test.each([
  0,
  -1,
  NaN,
  Infinity,
  '',
  '/',
  '8/',
  '/255',
  '8/0',
  '0/255',
  '-8/255',
  '1/2/3',
  '0x10',
  'eight',
  null,
  [8],
  undefined,
])('%j is none', (written) => {
  expect(parseBudget(written)).toBeUndefined();
});
