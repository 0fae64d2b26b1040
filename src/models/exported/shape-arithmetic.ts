/**
 * Arithmetic of shapes, which a program does in Python's numbers.
 *
 * @module
 */

type Operand = number | boolean;

/** By the names in Python's `operator` and `math`, and in `torch` for symbolic numbers. */
export const SHAPE_ARITHMETIC: Readonly<Record<string, (a: number, b: number) => Operand>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  truediv: (a, b) => a / b,
  // Towards minus infinity, as in Python; the remainder has the divisor's sign.
  floordiv: (a, b) => Math.floor(a / b),
  mod: (a, b) => a - b * Math.floor(a / b),
  pow: (a, b) => a ** b,
  neg: (a) => -a,
  abs: (a) => Math.abs(a),
  floor: (a) => Math.floor(a),
  ceil: (a) => Math.ceil(a),
  trunc: (a) => Math.trunc(a),
  sym_int: (a) => Math.trunc(a),
  sym_float: (a) => a,
  sym_max: (a, b) => Math.max(a, b),
  sym_min: (a, b) => Math.min(a, b),
  ge: (a, b) => a >= b,
  gt: (a, b) => a > b,
  le: (a, b) => a <= b,
  lt: (a, b) => a < b,
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
};

/** Numbers that a program reads off a tensor's shape. */
export const OF_SHAPES: Readonly<Record<string, (shape: readonly number[], dim: number) => number>> = {
  'sym_size.int': (shape, dim) => shape.at(dim) ?? NaN,
  'size.int': (shape, dim) => shape.at(dim) ?? NaN,
  'sym_numel.': (shape) => shape.reduce((product, size) => product * size, 1),
};
