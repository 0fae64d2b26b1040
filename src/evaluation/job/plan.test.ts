/**
 * What an evaluation attacks with: how much its attacks look at a network, which forecasts go by, and what names it.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import type { AttackDescription, AttackStage } from '../../attacks/index.js';
import { disposeSplit } from '../../data/index.js';
import { RandomStream, tidy, type Tensor } from '../../engine/index.js';
import { Module } from '../../nn/index.js';
import { batchOf } from './chunk.js';
import { smallNetwork, smallSplit } from './job.test-helper.js';
import { autoAttackPlan, singleAttackPlan } from './plan.js';

leavesNothingAlive();

const CLASSES = 4;

/** Counts how often it is asked. */
class Counting extends Module {
  passes = 0;

  constructor(readonly inner: Module) {
    super();
  }

  override forward(input: Tensor): Tensor {
    this.passes += 1;
    return this.inner.forward(input);
  }
}

/** Looks that a round takes of three examples. */
function passesOf({ rounds }: AttackStage, steps?: number): number {
  const network = new Counting(smallNetwork()).eval();
  const split = smallSplit(network.inner);
  network.passes = 0;
  tidy(() => {
    const { images, labels, indices } = batchOf(split, [0, 1, 2]);
    rounds[0]!.create(steps).run(network, images, labels, { stream: new RandomStream(1), indices });
  });
  network.dispose();
  disposeSplit(split);
  return network.passes;
}

const ATTACKS: readonly AttackDescription[] = [
  { name: 'pgd', norm: 'linf', epsilon: 0.001, steps: 40 },
  { name: 'pgd', norm: 'linf', epsilon: 0.001, steps: 40, backtrack: true },
  { name: 'apgd', norm: 'linf', epsilon: 0.001, steps: 40 },
  { name: 'apgd', norm: 'linf', epsilon: 0.001, steps: 40, samples: 5 },
  { name: 'square', norm: 'linf', epsilon: 0.001, steps: 40 },
  { name: 'ddn', norm: 'l2', epsilon: 0.001, steps: 40 },
  { name: 'fmn', norm: 'linf', epsilon: 0.001, steps: 40 },
  { name: 'cw', norm: 'l2', epsilon: 0.001, steps: 40 },
  { name: 'fab', norm: 'linf', epsilon: 0.001, steps: 40, objective: 'targeted-margin' },
];

test.each(ATTACKS)('%j: a trial of a few steps takes its share of the looks, which forecasts go by', (description) => {
  const [stage] = singleAttackPlan(description, 1, CLASSES).stages;
  const [few, whole] = [passesOf(stage!, 10), passesOf(stage!)];
  expect(few).toBeLessThan(whole / 2);
  expect((few * 41) / 11 / whole).toBeGreaterThan(0.8);
  expect((few * 41) / 11 / whole).toBeLessThan(1.5);
});

test("so does one of each of AutoAttack's stages", () => {
  const { stages } = autoAttackPlan({ norm: 'l2', epsilon: 1e-4, classes: CLASSES });
  for (const stage of stages) {
    const [few, more] = [passesOf(stage, 4), passesOf(stage, 40)];
    expect((few * 41) / 5 / more).toBeGreaterThan(0.8);
    expect((few * 41) / 5 / more).toBeLessThan(1.6);
  }
});

test("AutoAttack's restarts are those of its stage with most", () => {
  const restarts = (version: 'standard' | 'plus' | 'rand', norm: 'linf' | 'l1') =>
    autoAttackPlan({ version, norm, epsilon: 0.5, classes: 10 }).restarts;
  expect([restarts('standard', 'linf'), restarts('standard', 'l1')]).toEqual([1, 5]);
  expect([restarts('plus', 'linf'), restarts('plus', 'l1'), restarts('rand', 'l1')]).toEqual([5, 5, 1]);
});

test('a state of an older AutoAttack is gone on with where its attacks are the same: not in L1', () => {
  const settings = (norm: 'linf' | 'l2' | 'l1') => autoAttackPlan({ norm, epsilon: 0.5, classes: 10 }).settings;
  const older = (norm: string) =>
    `{"name":"autoattack","version":"standard","norm":"${norm}","epsilon":0.5,"classes":10}`;
  expect([settings('linf'), settings('l2')]).toEqual([older('linf'), older('l2')]);
  expect(settings('l1')).not.toBe(older('l1'));
});

test('an objective of a whole batch is refused: the number would depend on the batches', () => {
  const description = { name: 'pgd', norm: 'linf', epsilon: 0.1, steps: 1, objective: 'nuclear' } as const;
  expect(() => singleAttackPlan(description, 1, CLASSES)).toThrow(/expected an objective of single images/);
});
