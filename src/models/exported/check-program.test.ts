/**
 * A program is looked at whatever it comes from: also one in a description beside weights, which nobody exported.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { failureOf } from '../../../test/support/failure.js';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import { noGrad, ops, tidy } from '../../engine/index.js';
import { buildModel, type ModelDescription } from '../index.js';
import type { Argument, Program, ProgramNode } from './program.js';

leavesNothingAlive();

const value = (name: string): Argument => ({ value: name });
const node = (operator: string, given: Record<string, Argument>, result: string, overload = ''): ProgramNode => {
  return { operator, overload, arguments: given, results: [result] };
};
const twice = (self: string, result: string) =>
  node('mul_', { self: value(self), other: { float: 2 } }, result, 'Tensor');
const pool = node('mean', { self: value('x'), dim: [{ int: 2 }, { int: 3 }] }, 'logits', 'dim');

function description(nodes: readonly ProgramNode[], more: Partial<Program> = {}): ModelDescription {
  const input = { name: 'w', key: 'w', kind: 'weights', parameter: false, dtype: 'float32', shape: [4, 4] } as const;
  const images = { name: 'x', dtype: 'float32' as const, shape: [null, 3, 4, 4] };
  const program = { inputs: [input], images, nodes: [...nodes, pool], output: 'logits', outputs: 1, ...more };
  return { architecture: 'exported', options: { program } };
}

test.each<[string, ModelDescription, string]>([
  [
    'reads a file',
    description([node('from_file', { filename: 'secret', shared: true, size: { int: 8 } }, 'y')]),
    'it has the operator aten.from_file.default, which is none of those that networks are made of',
  ],
  [
    'believes an index',
    description([node('max_pool2d_with_indices_backward', { self: value('x') }, 'y')]),
    'it has the operator aten.max_pool2d_with_indices_backward.default',
  ],
  [
    'writes into its own tensor through a view',
    description([
      node('select', { self: value('w'), dim: { int: 0 }, index: { int: 0 } }, 'v', 'int'),
      twice('v', 'y'),
    ]),
    'it changes its own tensor w, as in training',
  ],
  [
    'has dropout inside of attention',
    description([node('scaled_dot_product_attention', { query: value('x'), dropout_p: { float: 0.5 } }, 'y')]),
    'it computes scaled_dot_product_attention, as in training',
  ],
  [
    'has a number that is none',
    description([node('flatten', { self: value('x'), start_dim: { int: 'abc' } }, 'y')]),
    'it has "abc" where a whole number belongs',
  ],
  [
    'uses what comes later',
    description([node('relu', { self: value('logits') }, 'y')]),
    'it uses the value logits before',
  ],
  [
    'takes no image',
    description([], { images: { name: 'x', dtype: 'float32', shape: [0, 3, 4, 4] } }),
    'its images are [0, 3, 4, 4], expected sizes of at least 1',
  ],
  [
    'is longer than any network',
    description(Array.from({ length: 20_000 }, (_, i) => node('relu', { self: value('x') }, `y${i}`))),
    'it has 20001 operators, expected at most 20000',
  ],
])('refused: one that %s', (_, of, message) => {
  expect(failureOf(() => buildModel(of))).toMatchObject({
    code: 'RECIPE',
    message: expect.stringContaining(message) as string,
  });
});

test('images that a program writes into through a view stay as they are', () => {
  const first = node('select', { self: value('x'), dim: { int: 1 }, index: { int: 0 } }, 'v', 'int');
  using model = buildModel(description([first, twice('v', 'y')]));
  tidy(() => {
    const images = ops.full([1, 3, 4, 4], 0.5, { dtype: 'float32' });
    expect(noGrad(() => model.forward(images)).toNumbers()).toEqual([1, 0.5, 0.5]);
    expect(images.toNumbers().every((pixel) => pixel === 0.5)).toBe(true);
  });
});
