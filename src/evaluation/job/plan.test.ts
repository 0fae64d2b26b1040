/**
 * How much an attack looks at a network, which is what forecasts go by: counted here on one.
 *
 * @module
 */
import { expect, test } from 'vitest';
import type { AttackDescription } from '../../attacks/index.js';
import { disposeSplit } from '../../data/index.js';
import { memory, RandomStream, tidy, type Tensor } from '../../engine/index.js';
import { Module } from '../../nn/index.js';
import { batchOf } from './chunk.js';
import { smallNetwork, smallSplit } from './job.test-helper.js';
import { autoAttackPlan, singleAttackPlan } from './plan.js';

const CLASSES = 4;

/** Counts how often it is asked. */
class Counting extends Module {
  readonly inner: Module;
  passes = 0;

  constructor(inner: Module) {
    super();
    this.inner = inner;
  }

  override forward(input: Tensor): Tensor {
    this.passes += 1;
    return this.inner.forward(input);
  }
}

const passesOf = (description: AttackDescription) => singleAttackPlan(description, 1, CLASSES).stages[0]!.passes;

test.each<[AttackDescription, number, number]>([
  [{ name: 'pgd', norm: 'linf', epsilon: 0.01, steps: 10 }, 10, 0],
  [{ name: 'pgd', norm: 'linf', epsilon: 0.01, steps: 10, backtrack: true }, 10, 10],
  [{ name: 'apgd', norm: 'linf', epsilon: 0.01, steps: 10 }, 10, 0],
  [{ name: 'apgd', norm: 'linf', epsilon: 0.01, steps: 10, samples: 5 }, 50, 0],
  [{ name: 'square', norm: 'linf', epsilon: 0.01, steps: 30 }, 0, 30],
  [{ name: 'ddn', norm: 'l2', epsilon: 0.01, steps: 10 }, 10, 0],
  [{ name: 'fmn', norm: 'linf', epsilon: 0.01, steps: 10 }, 10, 0],
  [{ name: 'cw', norm: 'l2', epsilon: 0.01, steps: 10 }, 90, 0],
  [{ name: 'fab', norm: 'linf', epsilon: 0.01, steps: 10, objective: 'targeted-margin' }, 10, 10],
])('%j: %i gradients, %i forward passes, and a few more', (description, gradients, forwards) => {
  expect(passesOf(description)).toEqual({ gradients, forwards });
  const live = memory().live;
  const network = new Counting(smallNetwork()).evaluate();
  const split = smallSplit(network.inner);
  network.passes = 0;
  tidy(() => {
    const { images, labels, indices } = batchOf(split, [0, 1, 2]);
    const { rounds } = singleAttackPlan(description, 1, CLASSES).stages[0]!;
    rounds[0]!.create().run(network, images, labels, { stream: new RandomStream(1), indices });
  });
  // The start, the end, and what FAB looks at last.
  expect(network.passes).toBeGreaterThanOrEqual(gradients + forwards);
  expect(network.passes).toBeLessThanOrEqual(gradients + forwards + 8);
  network.dispose();
  disposeSplit(split);
  expect(memory().live).toBe(live);
});

test("AutoAttack's restarts are those of its stage with most", () => {
  const restarts = (version: 'standard' | 'plus' | 'rand', norm: 'linf' | 'l1') =>
    autoAttackPlan({ version, norm, epsilon: 0.5, classes: 10 }).restarts;
  expect([restarts('standard', 'linf'), restarts('standard', 'l1')]).toEqual([1, 5]);
  expect([restarts('plus', 'linf'), restarts('plus', 'l1'), restarts('rand', 'l1')]).toEqual([5, 5, 1]);
});

test('a state of an older AutoAttack is gone on with where its attacks are the same: not in L1', () => {
  const settings = (norm: 'linf' | 'l2' | 'l1') => autoAttackPlan({ norm, epsilon: 0.5, classes: 10 }).settings;
  const older = (norm: string) => `{"name":"autoattack","version":"standard","norm":"${norm}","epsilon":0.5,"classes":10}`; // prettier-ignore
  expect([settings('linf'), settings('l2')]).toEqual([older('linf'), older('l2')]);
  expect(settings('l1')).not.toBe(older('l1'));
});

test("a gradient for each class, where the nearest class's boundary is sought", () => {
  expect(passesOf({ name: 'fab', norm: 'linf', epsilon: 0.01, steps: 10 })).toEqual({ gradients: 40, forwards: 10 });
  expect(passesOf({ name: 'deepfool', norm: 'l2', epsilon: 0.01, steps: 10 })).toEqual({ gradients: 40, forwards: 10 });
});
