/**
 * The average of the weights: its formula, what it takes over, and that it leaves the model alone.
 *
 * @module
 */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import { noGrad, tidy } from '../../engine/index.js';
import { createModel, type ModelDescription } from '../../models/index.js';
import type { Module } from '../../nn/index.js';
import { equalShare } from './new-share.js';
import { WeightAverage } from './weight-average.js';

const description: ModelDescription = { architecture: 'resnet18', options: { width: 4 } };
const LENGTH = { steps: 12, stepsPerEpoch: 4 };
leavesNothingAlive();
let model: Module;
beforeEach(() => {
  model = createModel(description, 1);
});
afterEach(() => {
  model.dispose();
});

const fill = (value: number) => {
  noGrad(() => {
    for (const [, tensor] of model.stateDict()) tensor.fill_(value);
  });
};
const firstOf = (network: Module, name: string) =>
  tidy(() => network.stateDict().get(name)!.flatten().select(0, 0).item());

test('begins as the model is, and moves by 1 - τ with τ = min(decay, (1 + t) / (10 + t))', () => {
  fill(0);
  using average = new WeightAverage(model, createModel(description, 2), { decay: 0.5 }, LENGTH);
  let expected = 0;
  for (let step = 0; step < 12; step += 1) {
    fill(step + 1);
    average.update(step);
    const kept = Math.min(0.5, (1 + step) / (10 + step));
    expected = kept * expected + (1 - kept) * (step + 1);
    for (const name of ['conv1.weight', 'bn1.bias', 'bn1.running_var']) {
      expect(firstOf(average.model, name)).toBeCloseTo(expected, 4);
    }
    expect(firstOf(average.model, 'bn1.num_batches_tracked')).toBe(step + 1);
    expect(firstOf(model, 'conv1.weight')).toBe(step + 1);
  }
});

test.each([1, -0.1, NaN])('a decay of %f is refused', (decay) => {
  const copy = createModel(description, 2);
  expect(() => new WeightAverage(model, copy, { decay }, LENGTH)).toThrow(
    expect.objectContaining({ code: 'ARGUMENT' }),
  );
  copy.dispose();
});

test('swa: the weights as they are up to the first that counts, then the mean of those at equal distances', () => {
  const options = { name: 'swa', from: 0.5, every: 0.75 } as const; // of 12 steps: after 6, 9 and 12
  using average = new WeightAverage(model, createModel(description, 2), options, LENGTH);
  const expected = [1, 2, 3, 4, 5, 6, 6, 6, 7.5, 7.5, 7.5, 9];
  for (let step = 0; step < 12; step += 1) {
    fill(step + 1);
    average.update(step);
    expect(firstOf(average.model, 'conv1.weight'), `after step ${step}`).toBeCloseTo(expected[step]!, 5);
    // Statistics are somebody else's to estimate as soon as the average is of several.
    expect(firstOf(average.model, 'bn1.running_var')).toBe(Math.min(step + 1, 6));
  }
});

test('swa with averaged statistics averages them, too', () => {
  const options = { name: 'swa', from: 0, every: 1, batchNorm: 'averaged' } as const;
  using average = new WeightAverage(model, createModel(description, 2), options, LENGTH);
  for (let step = 0; step < 12; step += 1) {
    fill(step + 1);
    average.update(step);
  }
  expect(firstOf(average.model, 'bn1.running_var')).toBeCloseTo((4 + 8 + 12) / 3, 5);
});

test.each([
  [0.75, 4, 24, [20, 24]],
  [0, 7, 20, [6, 13, 20]],
  [0.99, 8, 24, [24]],
  [0, 1, 3, [1, 2, 3]],
])('swa from %d, every %i of %i steps: the weights after steps %j, equally', (from, every, steps, taken) => {
  const share = equalShare(steps, from, every);
  const shares = Array.from({ length: steps }, (_, step) => share(step));
  const average = taken.map((_, i) => 1 / (i + 1));
  expect(shares.slice(taken[0]! - 1).filter((value) => value > 0)).toEqual(average);
  expect(shares.slice(0, taken[0]! - 1).every((value) => value === 1)).toBe(true);
  expect(taken.every((done, i) => shares[done - 1] === average[i])).toBe(true);
});
