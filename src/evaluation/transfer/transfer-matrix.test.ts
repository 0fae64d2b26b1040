/**
 * The transfer matrix, on small networks.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import { toyNetwork } from '../../attacks/toy.test-helper.js';
import { disposeSplit, makeSplit } from '../../data/index.js';
import { cleanError, robustError } from '../evaluate.js';
import { transferMatrix } from './index.js';

leavesNothingAlive();

const COUNT = 40;
const attack = { name: 'pgd', norm: 'linf', epsilon: 0.1, steps: 10 } as const;

function toySplit() {
  const images = Uint8Array.from({ length: COUNT * 72 }, (_, i) => (i * 7919) % 256);
  return makeSplit(
    'test',
    images,
    Uint8Array.from({ length: COUNT }, (_, i) => i % 4),
    [2, 6, 6],
    4,
  );
}

test('a row for each source, a column for each target; the diagonal is the attack with gradients', async () => {
  const split = toySplit();
  using first = toyNetwork(1);
  using second = toyNetwork(2);
  try {
    const networks = [
      { name: 'first', model: first },
      { name: 'second', model: second },
      { name: 'first again', model: first },
    ];
    const matrix = await transferMatrix(networks, split, { attack, seed: 1, batchSize: 16 });
    expect(matrix).toMatchObject({ networks: ['first', 'second', 'first again'], examples: COUNT, label: 'PGD' });
    const errors = matrix.errors.map((row) => row.map((rate) => rate.errors));
    expect(errors[0]![2]).toBe(errors[0]![0]); // the same network
    expect(errors[2]).toEqual(errors[0]);
    expect(errors[1]![1]).toBeGreaterThan(errors[0]![1]!);
    expect(errors[0]![0]).toBeGreaterThan(errors[1]![0]!);
    const clean = await cleanError(second, split);
    expect(clean).toMatchObject(matrix.clean[1]!);
    const alone = await robustError(second, split, { attack, restarts: 1, seed: 1 });
    expect(Math.abs(errors[1]![1]! - alone.errors)).toBeLessThanOrEqual(2); // other random starts
    expect([first.training, second.training]).toEqual([true, true]);
  } finally {
    disposeSplit(split);
  }
});

test('does not depend on the batches', async () => {
  const split = toySplit();
  using first = toyNetwork(1);
  using second = toyNetwork(2);
  try {
    const networks = [
      { name: 'a', model: first },
      { name: 'b', model: second },
    ];
    const [one, other] = await Promise.all(
      [40, 7].map((batchSize) => transferMatrix(networks, split, { attack, seed: 1, batchSize })),
    );
    expect(other).toEqual(one);
  } finally {
    disposeSplit(split);
  }
});

test.each([
  ['one network', ['a'], 'two networks or more'],
  ['two of one name', ['a', 'a'], 'a twice'],
])('refuses %s', async (_, names, words) => {
  const split = toySplit();
  using model = toyNetwork();
  try {
    const networks = names.map((name) => ({ name, model }));
    await expect(transferMatrix(networks, split, { attack, seed: 1 })).rejects.toThrow(words);
  } finally {
    disposeSplit(split);
  }
});
