/**
 * Arithmetic of shapes, as Python does it.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { OF_SHAPES, SHAPE_ARITHMETIC } from './shape-arithmetic.js';

test.each([
  ['add', 3, 4, 7],
  ['sub', 3, 4, -1],
  ['mul', 3, 4, 12],
  ['truediv', 7, 2, 3.5],
  ['floordiv', 7, 2, 3],
  ['floordiv', -7, 2, -4],
  ['floordiv', 7, -2, -4],
  ['mod', 7, 3, 1],
  ['mod', -7, 3, 2],
  ['mod', 7, -3, -2],
  ['pow', 2, 10, 1024],
  ['neg', 3, 0, -3],
  ['abs', -3, 0, 3],
  ['floor', -1.5, 0, -2],
  ['ceil', -1.5, 0, -1],
  ['trunc', -1.5, 0, -1],
  ['sym_int', 2.9, 0, 2],
  ['sym_float', 2, 0, 2],
  ['sym_max', 2, 3, 3],
  ['sym_min', 2, 3, 2],
  ['ge', 2, 2, true],
  ['gt', 2, 2, false],
  ['le', 2, 2, true],
  ['lt', 2, 2, false],
  ['eq', 2, 2, true],
  ['ne', 2, 2, false],
] as const)('%s of %d and %d is %s', (name, a, b, expected) => {
  expect(SHAPE_ARITHMETIC[name]!(a, b)).toBe(expected);
});

test('a size may be counted from the end', () => {
  expect(OF_SHAPES['sym_size.int']!([2, 3, 5], 1)).toBe(3);
  expect(OF_SHAPES['sym_size.int']!([2, 3, 5], -1)).toBe(5);
  expect(OF_SHAPES['sym_numel.']!([2, 3, 5], 0)).toBe(30);
  expect(OF_SHAPES['sym_numel.']!([], 0)).toBe(1);
});
