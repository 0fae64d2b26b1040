/**
 * The certified error: never below the clean error or what an attack finds, and less by CROWN than by intervals.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { leavesNothingAlive } from '../../test/support/live-tensors.js';
import { disposeSplit, makeSplit } from '../data/index.js';
import { tidy } from '../engine/index.js';
import { createModel } from '../models/index.js';
import { Flatten, Linear, Sequential, initialize, type Module } from '../nn/index.js';
import { certifiedError, cleanError, robustError } from './index.js';

leavesNothingAlive();

const EXAMPLES = 60;
const bytes = Uint8Array.from({ length: EXAMPLES * 64 }, (_, i) => (i * 97 + ((i * i) % 31)) % 256);
const description = { architecture: 'small-cnn', options: { resolution: 8, width: 4, hidden: 8, classes: 3 } } as const;

/** Examples whose labels the network gives for most. */
async function withSplit(model: Module, look: (split: ReturnType<typeof makeSplit>) => Promise<void>): Promise<void> {
  const unlabelled = makeSplit('test', bytes, new Uint8Array(EXAMPLES), [1, 8, 8], 3);
  const labels = tidy(() => {
    const images = unlabelled.images.to({ dtype: 'float32' }).div(255);
    return Uint8Array.from(model.forward(images).argmax({ dim: 1 }).toNumbers());
  });
  disposeSplit(unlabelled);
  const split = makeSplit(
    'test',
    bytes,
    labels.map((label, i) => (i % 10 === 0 ? (label + 1) % 3 : label)),
    [1, 8, 8],
    3,
  );
  await look(split).finally(() => {
    disposeSplit(split);
  });
}

test.each([0.001, 0.01, 0.03])('at %f lies between what PGD finds and one, tighter by CROWN', async (epsilon) => {
  using model = createModel(description, 1);
  await withSplit(model, async (split) => {
    const attack = { name: 'pgd', norm: 'linf', epsilon, steps: 10 } as const;
    const robust = await robustError(model, split, { attack, restarts: 2, seed: 1 });
    const interval = await certifiedError(model, split, { method: 'ibp', epsilon });
    const crown = await certifiedError(model, split, { method: 'crown', epsilon, batchSize: 17 });
    expect(await cleanError(model, split)).toMatchObject(interval.clean);
    expect(crown.clean).toEqual(interval.clean);
    expect(crown.certified.errors).toBeGreaterThanOrEqual(robust.errors);
    expect(interval.certified.errors).toBeGreaterThanOrEqual(crown.certified.errors);
    expect(interval.certified.errors).toBeLessThanOrEqual(EXAMPLES);
    expect(model.training).toBe(true);
  });
});

test('of a linear network is the robust error itself', async () => {
  using model = initialize(new Sequential(new Flatten(), new Linear(64, 3)), 1);
  await withSplit(model, async (split) => {
    const attack = { name: 'pgd', norm: 'linf', epsilon: 0.02, steps: 20, objective: 'margin' } as const;
    const robust = await robustError(model, split, { attack, restarts: 1, seed: 1 });
    const { certified } = await certifiedError(model, split, { method: 'ibp', epsilon: 0.02 });
    expect(robust.errors).toBeGreaterThan(EXAMPLES / 10);
    expect(certified.errors).toBe(robust.errors);
  });
});

test('stops after the signal', async () => {
  using model = createModel(description, 1);
  await withSplit(model, async (split) => {
    const options = { method: 'ibp', epsilon: 0.01, batchSize: 20, signal: AbortSignal.abort() } as const;
    await expect(certifiedError(model, split, options)).rejects.toThrow('stopped after 20 of 60');
  });
});
