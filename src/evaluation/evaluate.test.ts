/**
 * Clean and robust error: every example counts, however they are batched.
 *
 * @module
 */
import { afterAll, describe, expect, test } from 'vitest';
import { leavesNothingAlive } from '../../test/support/live-tensors.js';
import { withRestarts, type AttackDescription, type Restartable } from '../attacks/index.js';
import { disposeSplit, makeSplit, slice } from '../data/index.js';
import { noGrad, ops, RandomStream, SaddlepointError, tensor, tidy, type Tensor } from '../engine/index.js';
import { AttackNetwork, FROZEN_BACKENDS } from '../models/attack-network/index.js';
import { BatchNorm2d, Flatten, initialize, Linear, Module, Sequential } from '../nn/index.js';
import { judgedBy } from './evaluate.js';
import { cleanError, robustError } from './index.js';

const EXAMPLES = 60;
const bytes = Uint8Array.from({ length: EXAMPLES * 9 }, (_, i) => (i * 97 + ((i * i) % 31)) % 256);
const split = makeSplit(
  'test',
  bytes,
  Uint8Array.from({ length: EXAMPLES }, (_, i) => i % 3),
  [1, 3, 3],
  3,
);
const model = initialize(new Sequential(new BatchNorm2d(1), new Flatten(), new Linear(9, 3)), 4);
const attack: AttackDescription = { name: 'pgd', norm: 'linf', epsilon: 8 / 255, steps: 3 };
const robust = { attack, restarts: 2, seed: 1 };

leavesNothingAlive();
afterAll(() => {
  disposeSplit(split);
  model.dispose();
});

/** Answers with the class that the pixel, as a byte, says. */
class Reader extends Module {
  override forward(input: Tensor): Tensor {
    const byte = input.flatten({ startDim: 1 }).mul(255);
    return byte
      .sub(tensor([[0, 1, 2]]))
      .abs()
      .neg();
  }
}

const readable = (firstPixels: readonly number[], labels: readonly number[]) =>
  makeSplit('made up', Uint8Array.from(firstPixels), Uint8Array.from(labels), [1, 1, 1], 3);

describe('cleanError', () => {
  test('counts exactly the misclassified examples', async () => {
    const part = readable([0, 1, 2, 0, 1, 2, 0], [0, 1, 2, 1, 1, 0, 0]);
    const rate = await cleanError(new Reader(), part, { batchSize: 3 });
    expect([rate.errors, rate.examples, rate.error]).toEqual([2, 7, 2 / 7]);
    expect(rate.interval[0]).toBeLessThan(2 / 7);
    disposeSplit(part);
  });

  test('an answer of NaN is an error, whatever the label', async () => {
    class Broken extends Module {
      override forward(input: Tensor): Tensor {
        const column = input.flatten({ startDim: 1 });
        // Class 0 for all, but not a number where the pixel is black.
        return tensor([[1, 0, 0]]).mul(column.div(column));
      }
    }
    const part = readable([0, 9, 0, 9], [0, 0, 0, 0]);
    expect((await cleanError(new Broken(), part)).errors).toBe(2);
    expect((await robustError(new Broken(), part, robust)).errors).toBe(2);
    disposeSplit(part);
  });

  test.each([1, 7, 59, 60, 61, 250])('counts the same in batches of %i', async (batchSize) => {
    const whole = await cleanError(model, split);
    expect(whole.examples).toBe(EXAMPLES);
    expect(whole.errors).toBeGreaterThan(0);
    expect(await cleanError(model, split, { batchSize })).toEqual(whole);
  });
});

describe('robustError', () => {
  test.each([1, 7, 60])('counts the same in batches of %i', async (batchSize) => {
    const whole = await robustError(model, split, robust);
    expect(whole.examples).toBe(EXAMPLES);
    expect(await robustError(model, split, { ...robust, batchSize })).toEqual(whole);
  });

  test('names all it was measured with', async () => {
    const { errors, robustError: error, interval, outcomes, ...rest } = await robustError(model, split, robust);
    expect(outcomes).toMatch(/^[wfr]{60}$/);
    expect(outcomes.replaceAll('r', '')).toHaveLength(errors);
    expect(rest).toEqual({
      attack: 'pgd',
      label: 'PGD',
      norm: 'linf',
      epsilon: 8 / 255,
      steps: 3,
      restarts: 2,
      examples: EXAMPLES,
    });
    expect(error).toBe(errors / EXAMPLES);
    expect(interval[0]).toBeLessThanOrEqual(error);
  });

  test('is never below the clean error, which it is at a budget of zero, and grows with the budget', async () => {
    const clean = await cleanError(model, split);
    const counts: number[] = [];
    for (const epsilon of [0, 0.01, 0.05, 0.2]) {
      counts.push((await robustError(model, split, { ...robust, attack: { ...attack, epsilon } })).errors);
    }
    expect(counts[0]).toBe(clean.errors);
    expect([...counts].sort((a, b) => a - b)).toEqual(counts);
    expect(counts[3]).toBeGreaterThan(clean.errors);
  });

  test('counts examples that are wrong as they are, even where the attack makes them right', async () => {
    // Nothing but the exact pixel 0 of label 1 is misclassified; every perturbation of it is right.
    class Shy extends Module {
      override forward(input: Tensor): Tensor {
        const wrong = input.flatten({ startDim: 1 }).eq(0).to({ dtype: 'float32' });
        return wrong
          .mul(tensor([[2, 0, 0]]))
          .add(tensor([[0, 1, 0]]))
          .add(input.flatten({ startDim: 1 }).mul(0));
      }
    }
    const part = readable([0, 128], [1, 1]);
    const { errors } = await robustError(new Shy(), part, { ...robust, attack: { ...attack, iterate: 'last' } });
    expect(errors).toBe(1);
    disposeSplit(part);
  });

  test.each(['plain', 'bfloat16'] as const)(
    'searched in %s, what counts is what the model itself says',
    async (name) => {
      const backend = FROZEN_BACKENDS[name];
      const own = await robustError(model, split, robust);
      expect((await robustError(model, split, { ...robust, backend })).errors).toBe(own.errors);
      // Two logits that are one number in bfloat16, of which the first counts there.
      using narrow = new Sequential(new Flatten(), new Linear(1, 3)).eval();
      noGrad(() => {
        tidy(() => {
          const weights = { '1.weight': tensor([[0], [0], [0]]), '1.bias': tensor([1, 1.001, 0]) };
          narrow.loadStateDict(new Map(Object.entries(weights)));
        });
      });
      const part = readable([0, 128], [1, 1]);
      const seen = tidy(() => new AttackNetwork(narrow, backend).forward(part.images.div(255)).argmax(1).toNumbers());
      expect(seen).toEqual(name === 'plain' ? [1, 1] : [0, 0]);
      expect((await robustError(narrow, part, { ...robust, backend })).errors).toBe(0);
      disposeSplit(part);
    },
  );

  test('an example keeps its random numbers in a part of the split', async () => {
    const once = { ...robust, restarts: 1, attack: { ...attack, steps: 1 } };
    const counts = await Promise.all(
      [
        [0, 20],
        [20, 60],
        [0, 60],
      ].map(async ([start, end]) => {
        const part = slice(split, start!, end!);
        const { errors } = await robustError(model, part, once);
        disposeSplit(part);
        return errors;
      }),
    );
    expect(counts[0]! + counts[1]!).toBe(counts[2]);
  });
});

describe('either', () => {
  const either = {
    cleanError: (options: object) => cleanError(model, split, options),
    robustError: (options: object) => robustError(model, split, { ...robust, ...options }),
  };

  test.each(Object.entries(either))('%s leaves every module in its mode and nothing alive', async (_, measure) => {
    const modules = [...model.modules()].map(([, module]) => module);
    for (const modes of [
      [true, true, true, true],
      [false, false, false, false],
      [true, false, true, true],
    ]) {
      modules.forEach((module, i) => (module.training = modes[i]!));
      await measure({ batchSize: 25 });
      expect(modules.map(({ training }) => training)).toEqual(modes);
    }
  });

  test.each(Object.entries(either))('%s says how far it is, and stops at a signal', async (_, measure) => {
    const controller = new AbortController();
    const done: number[] = [];
    const onProgress = (examples: number) => {
      done.push(examples);
      if (examples >= 40) controller.abort();
    };
    model.train();
    const failure: unknown = await measure({ batchSize: 20, onProgress, signal: controller.signal }).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(SaddlepointError);
    expect((failure as SaddlepointError).code).toBe('INTERRUPTED');
    expect((failure as SaddlepointError).message).toContain('after 40 of 60 examples');
    expect(done).toEqual([20, 40]);
    expect(model.training).toBe(true);
  });

  test.each(Object.entries(either))('%s refuses a batch size of nothing', async (_, measure) => {
    await expect(measure({ batchSize: 0 })).rejects.toThrow(/expected batchSize to be a whole number of at least 1/);
  });

  test('a network that fails leaves nothing alive', async () => {
    class Failing extends Module {
      override forward(): Tensor {
        throw new Error('on purpose');
      }
    }
    await expect(cleanError(new Failing(), split)).rejects.toThrow('on purpose');
  });
});

test('a restart whose find the model does not confirm is followed by another', () => {
  const labels = tensor(BigInt64Array.from([0n, 0n]));
  const images = ops.zeros([2, 1, 1, 1]);
  let restart = 0;
  const run: Restartable['run'] = () => {
    // The second image is another class from the second restart on.
    const found = tensor([[[[0]]], [[[restart++ / 255]]]]);
    return { images: found, value: ops.zeros([2]), success: ops.ones([2], { dtype: 'bool' }) };
  };
  const randomness = { stream: new RandomStream(1, 'judged'), indices: ops.arange(2, { dtype: 'int64' }) };
  const fooled = (restarts: number) => {
    restart = 0;
    return withRestarts(judgedBy(new Reader(), { run }), restarts, new Reader(), images, labels, randomness).success;
  };
  tidy(() => expect(fooled(1).toNumbers()).toEqual([0, 0]));
  tidy(() => expect(fooled(2).toNumbers()).toEqual([0, 1]));
  for (const each of [labels, images, randomness.indices]) each.dispose();
});
