/**
 * A batch that several threads attack comes out as one thread's; what goes wrong in a thread is heard.
 *
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import { noGrad, RandomStream, runtime, setThreads, tensor, tidy } from '../../engine/index.js';
import type { Batch } from '../../data/index.js';
import { createModel, type ModelDescription } from '../../models/index.js';
import type { Module } from '../../nn/index.js';
import { AttackPool } from './attack-pool.js';
import { backendOf } from './attack-backend.js';
import { attackPart } from './attack-part.js';
import { attackSchedule } from '../attack-schedule.js';
import type { PoolAttack } from './pool-messages.js';

const description: ModelDescription = {
  architecture: 'small-cnn',
  options: { resolution: 8, width: 4, hidden: 16, classes: 4 },
};
const attack: PoolAttack = {
  description,
  backend: 'plain',
  attack: { name: 'pgd', norm: 'linf', epsilon: 0.05, steps: 3, iterate: 'last' },
  changes: [{ from: 0.5, epsilon: 0.1 }],
  steps: 10,
  seed: 7,
};
const alone = {
  attack: attackSchedule(attack.attack, attack.changes, attack.steps),
  backend: backendOf('plain'),
  seed: 7,
};

leavesNothingAlive();
let model: Module;
beforeEach(() => {
  model = createModel(description, 3);
});
afterEach(() => {
  model.dispose();
});

function batchOf(examples: number): Batch {
  const numbers = Array.from({ length: examples }, (_, i) => i);
  return {
    images: new RandomStream('pool').uniform(tensor(BigInt64Array.from(numbers, BigInt)), [1, 8, 8]),
    labels: tensor(BigInt64Array.from(numbers, (i) => BigInt(i % 4))),
    indices: tensor(BigInt64Array.from(numbers, (i) => BigInt(3 * i))),
  };
}

function difference(pool: AttackPool, examples: number, position = { step: 0, epoch: 0 }): number {
  return tidy(() => {
    const batch = batchOf(examples);
    const [shared, whole] = [pool.perturb(model, batch, position), attackPart(alone, model, batch, position)];
    expect(shared.shape).toEqual(whole.shape);
    expect(whole.sub(batch.images).abs().amax().item()).toBeGreaterThan(0.04);
    return shared.sub(whole).abs().amax().item();
  });
}

test('three shares: the images of one thread, at every step, with the weights as they are then', () => {
  const { threads } = runtime();
  using pool = new AttackPool(attack, 3);
  for (const examples of [16, 7, 2, 1]) expect(difference(pool, examples), `${examples}`).toBeLessThan(1e-6);
  // From step 5 on the budget is twice as large.
  expect(difference(pool, 16, { step: 5, epoch: 2 })).toBeLessThan(1e-6);
  noGrad(() => {
    for (const parameter of model.parameters()) parameter.mul_(-1);
  });
  expect(difference(pool, 16)).toBeLessThan(1e-6);
  expect(runtime().threads).toBe(threads);
});

test('attacks the weights it is given, also when those of before are gone', () => {
  using pool = new AttackPool(attack, 2);
  expect(difference(pool, 16)).toBeLessThan(1e-6);
  model.dispose();
  model = createModel(description, 9);
  expect(difference(pool, 16)).toBeLessThan(1e-6);
});

test.each([2, 4])('an error in %i shares reaches the step, and the next step finds the pool in order', (shares) => {
  using pool = new AttackPool(attack, shares);
  const other = createModel({ ...description, options: { ...description.options, hidden: 17 } }, 3);
  tidy(() => {
    expect(() => pool.perturb(other, batchOf(8), { step: 0, epoch: 0 })).toThrow(/these weights do not fit the model/);
  });
  other.dispose();
  expect(difference(pool, 16)).toBeLessThan(1e-6);
});

test('fewer than two shares are no pool', () => {
  expect(() => new AttackPool(attack, 1)).toThrow(/expected shares to be a whole number of at least 2, received 1/);
});

/** Multiplied by two threads of OpenBLAS it has other last bits than by one. */
function product(): number[] {
  return tidy(() => {
    const [a, b] = [
      [64, 392],
      [392, 32],
    ].map((shape, i) => new RandomStream('product', i).uniformTensor(shape));
    return a!.matmul(b!).toNumbers();
  });
}

test('the threads of a pool change no bit of what the training multiplies, whenever they start', async () => {
  const { threads } = runtime();
  setThreads(2);
  try {
    const before = product();
    using pool = new AttackPool(attack, 3);
    await sleep(1500);
    expect(product(), 'when they have started').toEqual(before);
    for (let step = 0; step < 2; step += 1) {
      tidy(() => void pool.perturb(model, batchOf(6), { step, epoch: 0 }));
      expect(product(), `after step ${step}`).toEqual(before);
    }
  } finally {
    setThreads(threads);
  }
});
