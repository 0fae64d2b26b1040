/**
 * A network that draws random numbers is counted by the majority of its draws.
 *
 * @module
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { leavesNothingAlive } from '../../test/support/live-tensors.js';
import { disposeSplit, makeSplit, type Split } from '../data/index.js';
import { tensor, tidy, type Tensor } from '../engine/index.js';
import { Module } from '../nn/index.js';
import { attackBatch, cleanChunk } from './job/chunk.js';
import { autoAttackPlan, singleAttackPlan } from './job/index.js';
import { majorityProbability, standardErrorOfDraws, wrongByMajority } from './majority.js';
import { verify } from './verifier/index.js';
import { RandomStream } from '../engine/index.js';
import type { Attack, AttackRound } from '../attacks/index.js';

/** Says class 0, but class 1 in some of every ten calls, whatever the image. */
class Fickle extends Module {
  calls = 0;
  constructor(readonly wrongOfTen: number) {
    super();
  }
  override forward(input: Tensor): Tensor {
    // Spread over the ten calls.
    const wrong = (this.calls * 7) % 10 < this.wrongOfTen;
    this.calls += 1;
    return tidy(() => {
      const zeros = input.flatten({ startDim: 1 }).sum(1).mul(0).unsqueeze(1);
      return zeros.add(tensor([wrong ? -1 : 1, 0], { shape: [1, 2] }));
    });
  }
}

const DRAWS = 20;
let split: Split;
leavesNothingAlive();
beforeEach(() => {
  split = makeSplit(
    'test',
    Uint8Array.from({ length: 24 }, (_, i) => 10 * i),
    new Uint8Array(6),
    [1, 2, 2],
    2,
  );
});
afterEach(() => {
  disposeSplit(split);
});
const positions = [0, 1, 2, 3, 4, 5];

describe.each([
  [4, 0],
  [5, 0],
  [6, 6],
])('of ten draws %i are wrong', (wrongOfTen, errors) => {
  test('for the clean error', () => {
    expect(
      cleanChunk({ model: new Fickle(wrongOfTen), split, backend: 'plain', draws: DRAWS }, positions),
    ).toHaveLength(errors);
  });

  test('for what confirms an attack, however lucky its search was', () => {
    const lucky = (images: Tensor, labels: Tensor) => {
      const success = labels.eq(labels);
      return { images: images.clone(), value: images.flatten({ startDim: 1 }).sum(1), success };
    };
    const create = () =>
      ({ run: (_: Module, images: Tensor, labels: Tensor) => lucky(images, labels) }) as unknown as Attack;
    const round: AttackRound = { restart: 0, create };
    const rows = tidy(() => {
      const images = split.images.to({ dtype: 'float32' }).div(255);
      const batch = { images, labels: split.labels, indices: split.labels };
      const subject = { model: new Fickle(wrongOfTen), backend: 'plain', draws: DRAWS } as const;
      return attackBatch(subject, round, new RandomStream('round'), batch).rows;
    });
    expect(rows).toHaveLength(errors);
  });

  test('for the verifier, which says how much other draws would change', async () => {
    // One image is one call a draw at either batch size.
    const adversarial = tidy(() => split.images.narrow(0, 0, 1).to({ dtype: 'float32' }).div(255));
    const options = { norm: 'linf', epsilon: 0.1, batchSize: 6, draws: DRAWS };
    const result = await verify(new Fickle(wrongOfTen), split, { adversarial, positions: [0] }, options);
    adversarial.dispose();
    expect(result).toMatchObject({ errors: errors / 6, cleanErrors: errors / 6, draws: DRAWS });
    expect(result.standardError).toBeCloseTo(standardErrorOfDraws([2 * wrongOfTen], DRAWS), 12);
  });
});

test('one draw is an ordinary answer', () => {
  tidy(() => {
    const network = new Fickle(10);
    const images = tensor(new Float32Array(8), { shape: [2, 1, 2, 2] });
    expect(wrongByMajority(network, images, tensor(new BigInt64Array(2)), 1).toNumbers()).toEqual([1, 1]);
    expect(network.calls).toBe(1);
  });
});

test('the standard error is that of binomial draws', () => {
  expect(majorityProbability(0.5, 1)).toBeCloseTo(0.5, 12);
  // 3 p^2 (1 - p) + p^3
  expect(majorityProbability(0.2, 3)).toBeCloseTo(0.104, 12);
  // Half of the draws are no majority.
  expect(majorityProbability(0.5, 2)).toBeCloseTo(0.25, 12);
  expect([0, 1].map((probability) => majorityProbability(probability, 20))).toEqual([0, 1]);
  expect(standardErrorOfDraws([0, 20, 0, 20], 20)).toBe(0);
  const one = majorityProbability(0.55, 20);
  expect(standardErrorOfDraws([11, 11, 0, 20], 20)).toBeCloseTo(Math.sqrt(2 * one * (1 - one)) / 4, 12);
});

test('AutoAttack for randomised networks, and APGD and PGD with several samples, count by majorities', () => {
  const setting = { norm: 'linf', epsilon: 0.1, classes: 4 } as const;
  expect(autoAttackPlan({ ...setting, version: 'rand' }).draws).toBe(20);
  expect(autoAttackPlan({ ...setting, version: 'standard' }).draws).toBe(1);
  const apgd = { name: 'apgd', norm: 'linf', epsilon: 0.1, steps: 3, samples: 7 } as const;
  expect(singleAttackPlan(apgd, 1, 4).draws).toBe(7);
  expect(singleAttackPlan({ ...apgd, name: 'pgd' }, 1, 4).draws).toBe(7);
});
