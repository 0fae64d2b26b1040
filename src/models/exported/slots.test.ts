/**
 * Where a program's values are: what works in place gives a second name to the same place.
 *
 * @module
 */
import { expect, test } from 'vitest';
import type { Program, ProgramNode } from './program.js';
import { isInPlace, slotsOf, targetOf } from './slots.js';

const node = (operator: string, self: string, ...results: ProgramNode['results']): ProgramNode => ({
  operator,
  overload: '',
  arguments: { self: { value: self } },
  results,
});

const program = (...nodes: ProgramNode[]): Program => ({
  inputs: [{ name: 'weight', key: 'fc.weight', kind: 'weights', parameter: true, dtype: 'float32', shape: [1] }],
  images: { name: 'x', dtype: 'float32', shape: [null, 1, 1, 1] },
  nodes,
  output: 'x',
  outputs: 1,
});

test('a place for each input and each result, of lists too; none for what nobody uses', () => {
  const slots = slotsOf(program(node('chunk', 'x', ['a', 'b']), node('max', 'a', 'c', null)));
  expect([...slots]).toEqual([
    ['weight', 0],
    ['x', 1],
    ['a', 2],
    ['b', 3],
    ['c', 4],
  ]);
});

test('what is written into stays where it is', () => {
  const slots = slotsOf(
    program(node('relu', 'x', 'a'), node('add_', 'a', 'b'), node('mul_', 'b', 'c'), node('neg', 'c', 'd')),
  );
  expect(['a', 'b', 'c', 'd'].map((name) => slots.get(name))).toEqual([2, 2, 2, 3]);
});

test('one underscore at the end means in place, two are a name of Python', () => {
  expect(['relu_', 'relu', '_softmax', '__and__'].map((operator) => isInPlace({ operator }))).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

test('it is the first argument that is written into', () => {
  expect(targetOf(node('relu_', 'x'))).toBe('x');
  expect(targetOf({ ...node('relu_', 'x'), arguments: {} })).toBeUndefined();
});
