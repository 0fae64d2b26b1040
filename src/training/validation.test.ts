/**
 * The validation attacks with PGD in the evaluation's norm, and where PGD is no attack with the evaluation's own.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { leavesNothingAlive } from '../../test/support/live-tensors.js';
import { disposeSplit, makeSplit } from '../data/index.js';
import { PLAIN_BACKEND } from '../models/attack-network/index.js';
import { createModel } from '../models/index.js';
import { checkRecipe } from './recipe.js';
import { validate } from './validation.js';

leavesNothingAlive();

test.each([
  ['pgd', 'linf', 0.3],
  ['msd', 'linf:0.3+l2:2', 1],
  ['affine', 'affine', 0.5],
  ['affine', 'rotation-translation', 1],
  ['flow', 'flow', 2],
])('%s in %s', async (name, norm, epsilon) => {
  const recipe = checkRecipe({
    dataset: { name: 'fashion-mnist' },
    model: { architecture: 'small-cnn' },
    training: { method: 'standard', epochs: 1 },
    schedule: { name: 'one-cycle', rate: 0.05 },
    evaluation: { attack: { name, norm, epsilon, steps: 2 } },
  });
  using model = createModel(recipe.model, 1);
  const bytes = Uint8Array.from({ length: 20 * 784 }, (_, i) => (i * 97 + ((i * i) % 31)) % 256);
  const split = makeSplit(
    'held out',
    bytes,
    Uint8Array.from({ length: 20 }, (_, i) => i % 10),
    [1, 28, 28],
    10,
  );
  try {
    const seen = await validate(recipe, model, split);
    expect(seen['validation/adversarial_error']).toBeGreaterThanOrEqual(seen['validation/error']!);
    expect(Object.values(seen).every(Number.isFinite)).toBe(true);
    // Of its attack network, which is the same function.
    expect(await validate(recipe, model, split, PLAIN_BACKEND)).toEqual(seen);
  } finally {
    disposeSplit(split);
  }
});
