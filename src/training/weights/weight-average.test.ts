/**
 * The average of the weights: its formula, what it takes over, and that it leaves the model alone.
 *
 * @module
 */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { memory, noGrad, tidy } from '../../engine/index.js';
import { createModel, type ModelDescription } from '../../models/index.js';
import type { Module } from '../../nn/index.js';
import { WeightAverage } from './weight-average.js';

const description: ModelDescription = { architecture: 'resnet18', options: { width: 4 } };
let live = 0;
let model: Module;
beforeEach(() => {
  live = memory().live;
  model = createModel(description, 1);
});
afterEach(() => {
  model.dispose();
  expect(memory().live).toBe(live);
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
  using average = new WeightAverage(model, createModel(description, 2), { decay: 0.5 });
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
  expect(() => new WeightAverage(model, copy, { decay })).toThrow(expect.objectContaining({ code: 'ARGUMENT' }));
  copy.dispose();
});
