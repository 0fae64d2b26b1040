/**
 * SPSA: gradients estimated from answers.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { leavesNothingAlive } from '../../test/support/live-tensors.js';
import { noGrad, tidy, type Tensor } from '../engine/index.js';
import { Module } from '../nn/index.js';
import { attackOf, type AttackDescription } from './index.js';
import { LinearNetwork, toyBatch, toyNetwork } from './toy.test-helper.js';

leavesNothingAlive();

/** Logits in steps of a twentieth: their gradient is zero everywhere. */
class Rounded extends Module {
  constructor(readonly network: Module) {
    super();
  }

  override forward(images: Tensor): Tensor {
    return this.network.forward(images).mul(20).round().div(20);
  }
}

function success(model: Module, description: AttackDescription): number {
  return tidy(() => {
    const { images, stream, indices } = toyBatch(Array.from({ length: 24 }, (_, i) => i));
    const labels = noGrad(() => model.forward(images).argmax({ dim: 1 })); // what it says is right
    return attackOf(description).run(model, images, labels, { stream, indices }).success.sum().item();
  });
}

const spsa: AttackDescription = { name: 'spsa', norm: 'linf', epsilon: 0.3, steps: 20, pairs: 16, stepSize: 0.05 };
const pgd: AttackDescription = { name: 'pgd', norm: 'linf', epsilon: 0.3, steps: 20 };

test('finds what PGD finds where gradients are true', () => {
  using model = toyNetwork().eval();
  expect(success(model, spsa)).toBe(success(model, pgd));
  expect(success(model, spsa)).toBeGreaterThan(0);
});

test('and finds it where gradients are hidden, and PGD finds nothing', () => {
  using model = toyNetwork().eval();
  using hidden = new Rounded(model);
  expect(success(hidden, { ...pgd, initialization: 'zero' })).toBeLessThan(success(model, pgd));
  // Asked further away than a step of the logits is wide.
  const further = { ...spsa, distance: 0.1, pairs: 64 };
  expect(success(hidden, further)).toBeGreaterThanOrEqual(success(model, pgd) - 1);
});

test('the estimate of one pair is the slope between its two images, along their difference', () => {
  // One pixel and one pair: the estimate is the gradient, whatever the sign, and Adam's first step has the step's
  // length.
  tidy(() => {
    using model = new LinearNetwork([[-1], [1]]);
    const images = model.weight.detach().narrow(0, 0, 1).mul(0).add(0.25).reshape([1, 1, 1, 1]);
    const labels = images.to({ dtype: 'int64' }).reshape([1]); // class 0
    const attack = attackOf({ ...spsa, epsilon: 0.5, steps: 1, pairs: 1, stepSize: 0.05 });
    // 0.25 is of class 0; the margin of class 1 rises with the pixel.
    const found = attack.run(model, images, labels, { seed: 3 }).images.item();
    expect([0.25, 0.3]).toContainEqual(Number(found.toFixed(4)));
  });
});
