/**
 * Adversarial weight perturbation: its formula, what it moves, and that nothing of it stays.
 *
 * @module
 */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import { noGrad, RandomStream, tensor, tidy, type Tensor } from '../../engine/index.js';
import { createModel } from '../../models/index.js';
import { crossEntropy, type Module } from '../../nn/index.js';
import { WeightPerturbation } from './weight-perturbation.js';

leavesNothingAlive();
let model: Module;
beforeEach(() => {
  model = createModel({ architecture: 'resnet18', options: { width: 4, zeroResidual: false } }, 1);
});
afterEach(() => {
  model.dispose();
});

const state = () => new Map([...model.stateDict()].map(([name, value]) => [name, value.toNumbers()]));
const images = () => new RandomStream('images').uniformTensor([8, 3, 32, 32]);
const labels = () => tensor(BigInt64Array.from({ length: 8 }, (_, i) => BigInt(i)));
const loss = (): Tensor => crossEntropy(model.train().forward(images()), labels());
const length = (values: readonly number[]) => Math.hypot(...values);
const lossNow = () => tidy(() => noGrad(loss).item());

test('moves weights by gamma times their length along the gradient, raises the loss, and is undone to the bit', () => {
  tidy(() => {
    const before = state();
    const restore = new WeightPerturbation(model, { gamma: 0.01 }, 10).perturb(loss, 0);
    const gradients = new Map(
      [...model.namedParameters()].map(([name, parameter]) => [name, parameter.grad!.toNumbers()]),
    );
    for (const [name, values] of state()) {
      const first = before.get(name)!;
      const moved = values.map((value, i) => value - first[i]!);
      const parameter = [...model.namedParameters()].find(([own]) => own === name)?.[1];
      if (parameter === undefined || parameter.ndim < 2) {
        expect(values, name).toEqual(first); // running statistics and counters, too
        continue;
      }
      expect(length(moved) / length(first), name).toBeCloseTo(0.01, 5);
      const gradient = gradients.get(name)!;
      const product = moved.reduce((sum, one, i) => sum + one * gradient[i]!, 0);
      expect(product / length(moved) / length(gradient), name).toBeCloseTo(1, 4);
    }
    restore();
    expect(state()).toEqual(before);
  });
});

test('the loss is higher there', () => {
  tidy(() => {
    const statistics = state();
    const unperturbed = lossNow();
    const restore = new WeightPerturbation(model, { gamma: 0.02 }, 10).perturb(loss, 0);
    expect(lossNow()).toBeGreaterThan(unperturbed);
    restore();
    expect(state().size).toBe(statistics.size);
  });
});

test('a loss that fails leaves all as it was', () => {
  tidy(() => {
    const before = state();
    const perturbation = new WeightPerturbation(model, {}, 10);
    const failing = () => {
      loss();
      throw new Error('no loss');
    };
    expect(() => perturbation.perturb(failing, 0)).toThrow('no loss');
    expect(state()).toEqual(before);
  });
});

test('nothing is perturbed, nor looked at, before its share of the steps', () => {
  tidy(() => {
    const perturbation = new WeightPerturbation(model, { from: 0.3 }, 10);
    const before = state();
    perturbation.perturb(() => {
      throw new Error('looked');
    }, 2)();
    expect(state()).toEqual(before);
    perturbation.perturb(loss, 3)();
    expect(state()).toEqual(before);
  });
});

test.each([{ gamma: 0 }, { gamma: NaN }, { from: 1 }, { from: -0.1 }])('%o is refused', (options) => {
  expect(() => new WeightPerturbation(model, options, 10)).toThrow(expect.objectContaining({ code: 'ARGUMENT' }));
});
