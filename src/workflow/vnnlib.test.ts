/**
 * VNN-LIB properties, read by a small reader that knows the language and nothing of who wrote them.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { readVnnlib, type Expression } from './vnnlib.test-helper.js';
import { vnnlibProperty } from './vnnlib.js';

const box = { about: 'image 7', lower: [0, 0.25, 1e-9], upper: [0.1, 0.75, 1] };

/** Whether inputs and outputs are a counterexample. */
function holds(expression: Expression, values: ReadonlyMap<string, number>): boolean {
  if (typeof expression === 'string') throw new Error(`a formula, not ${expression}`);
  const [operator, ...parts] = expression;
  if (operator === 'and') return parts.every((part) => holds(part, values));
  if (operator === 'or') return parts.some((part) => holds(part, values));
  const [left, right] = parts.map((part) => values.get(part as string) ?? Number(part)) as [number, number];
  expect([left, right].every(Number.isFinite)).toBe(true);
  if (operator === '<=') return left <= right;
  expect(operator).toBe('>=');
  return left >= right;
}

function isCounterexample(text: string, inputs: readonly number[], outputs: readonly number[]): boolean {
  const { asserted, declared } = readVnnlib(text);
  const values = new Map([
    ...inputs.map((value, i) => [`X_${i}`, value] as const),
    ...outputs.map((value, i) => [`Y_${i}`, value] as const),
  ]);
  expect([...values.keys()].sort()).toEqual([...declared].sort());
  return asserted.every((formula) => holds(formula, values));
}

describe('of three classes', () => {
  const text = vnnlibProperty({ ...box, outputs: 3, label: 1 });
  const inside = [0.05, 0.25, 1];

  test.each([
    ['another class wins', inside, [0, 1, 2], true],
    ['another class is as large', inside, [1, 1, 0], true],
    ['the class wins', inside, [0.9, 1, 0.9], false],
    ['another class wins outside of the box', [0.11, 0.25, 1], [0, 1, 2], false],
    ['another class wins below the box', [0.05, 0.25, 0], [0, 1, 2], false],
  ])('%s', (_, inputs, outputs, expected) => {
    expect(isCounterexample(text, inputs, outputs)).toBe(expected);
  });

  test('has no number with an exponent', () => {
    expect(text).toContain('(assert (>= X_2 0.000000001');
    expect(text.replace(/^;.*$/gm, '')).not.toMatch(/\d[eE]/);
  });
});

test.each([
  [0, 0.5, true],
  [0, -0.5, false],
  [1, -0.5, true],
  [1, 0.5, false],
])('of a single logit and class %i: a logit of %f', (label, logit, expected) => {
  const text = vnnlibProperty({ ...box, outputs: 1, label });
  expect(isCounterexample(text, [0, 0.5, 0.5], [logit])).toBe(expected);
});
