/**
 * Evaluation mode for a while.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { leavesNothingAlive } from '../../test/support/live-tensors.js';
import { BatchNorm2d, Dropout, evaluating, Sequential } from './index.js';

leavesNothingAlive();

test('puts every part into evaluation mode, and gives each the mode it had', () => {
  const [frozen, dropout] = [new BatchNorm2d(2), new Dropout(0.5)];
  const model = new Sequential(frozen, dropout).train();
  frozen.eval();
  const restore = evaluating(model);
  expect([model, frozen, dropout].map(({ training }) => training)).toEqual([false, false, false]);
  restore();
  expect([model, frozen, dropout].map(({ training }) => training)).toEqual([true, false, true]);
  model.dispose();
});
