/**
 * AutoAttack in one call.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/folders.js';
import type { Split } from '../data/index.js';
import { tidy, type Tensor } from '../engine/index.js';
import { withSmallNetwork } from '../evaluation/job/job.test-helper.js';
import { misclassified, Module } from '../nn/index.js';
import { autoAttack } from './auto-attack.js';

let model: Module;
let split: Split;
withSmallNetwork((made) => {
  ({ model, split } = made);
});

/** Somebody's own class, of which nobody knows what is inside. */
class Theirs extends Module {
  constructor(readonly inner: Module) {
    super();
  }

  override forward(input: Tensor): Tensor {
    return this.inner.forward(input);
  }
}

const call = { epsilon: '8/255', examples: 6, batchSize: 3 } as const;

describe('one call', () => {
  test('gives the errors, and images that the network gets wrong that often', async () => {
    const { cleanError, robustError, adversarial, result } = await autoAttack(model, split, call);
    expect(result.stages!.map(({ name }) => name)).toEqual(['apgd-ce', 'apgd-t', 'fab-t', 'square']);
    expect(robustError).toBeGreaterThanOrEqual(cleanError);
    tidy(() => {
      const wrong = misclassified(model.eval().forward(adversarial), split.labels.narrow(0, 0, 6));
      expect(wrong.sum().item() / 6).toBeCloseTo(robustError, 6);
    });
    adversarial.dispose();
  });

  test("takes anybody's module, and comes to the same", async () => {
    const own = await autoAttack(model, split, call);
    const theirs = await autoAttack(new Theirs(model), split, call);
    expect(theirs.robustError).toBe(own.robustError);
    for (const { adversarial } of [own, theirs]) adversarial.dispose();
  });

  test('lets other work go on meanwhile', async () => {
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);
    const { adversarial } = await autoAttack(model, split, call);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(3);
    adversarial.dispose();
  });

  test('stopped, goes on in its folder to the same end', async () => {
    const folder = join(temporaryFolder(), 'state');
    const whole = await autoAttack(model, split, call);
    const controller = new AbortController();
    setTimeout(() => {
      controller.abort();
    }, 5);
    await autoAttack(model, split, { ...call, folder, signal: controller.signal }).catch(() => undefined);
    const rest = await autoAttack(model, split, { ...call, folder });
    expect(rest.robustError).toBe(whole.robustError);
    expect(existsSync(join(folder, 'adversarial.safetensors'))).toBe(true);
    for (const { adversarial } of [whole, rest]) adversarial.dispose();
  });
});

test('stopped without a folder, it says that nothing is kept', async () => {
  await expect(autoAttack(model, split, { ...call, signal: AbortSignal.abort() })).rejects.toThrow(
    expect.objectContaining({
      code: 'INTERRUPTED',
      message: 'AutoAttack was stopped, and nothing of it is kept; with a `folder` the same call goes on',
    }),
  );
});

describe('refused in one sentence', () => {
  test.each([
    [
      'a budget that is none',
      { epsilon: 'eight' },
      /expected epsilon as a positive number or a fraction such as 8\/255, received "eight"/,
    ],
    ['one on the scale of bytes', { epsilon: 8 }, /8\/255/],
    [
      'an order that is none',
      { epsilon: 0.1, order: 'lazy' as never },
      /expected an order out of exact, sampled, received "lazy"/,
    ],
    ['more images than there are', { epsilon: 0.1, examples: 10_000 }, /10000/],
  ] as const)('%s', async (_, wrong, message) => {
    await expect(autoAttack(model, split, wrong)).rejects.toThrow(message);
  });

  test.each<[string, unknown[], RegExp]>([
    [
      'a misspelt option',
      [{ nrom: 'l2' }],
      /expected no nrom for autoAttack, which has no such option, received it; did you mean norm\?/,
    ],
    ['no options', [undefined], /expected the options of autoAttack as an object out of epsilon, norm/],
  ])('%s', async (_, [wrong], message) => {
    const options = wrong === undefined ? undefined : { ...call, ...(wrong as object) };
    await expect(autoAttack(model, split, options as never)).rejects.toThrow(message);
  });

  test('images alone, and a network that is none', async () => {
    await expect(autoAttack(model, split.images as never, call)).rejects.toThrow(
      /expected a split as makeSplit and loadDataset make it, .* received Tensor\(uint8/,
    );
    await expect(autoAttack((() => 1) as never, split, call)).rejects.toThrow('expected a model as a Module');
  });

  test('a module whose output is no logits', async () => {
    class Flat extends Theirs {
      override forward(input: Tensor): Tensor {
        return super.forward(input).flatten();
      }
    }
    await expect(autoAttack(new Flat(model), split, call)).rejects.toThrow(
      /expected logits of shape \[N, K\], K the classes or 1, from the network for N images, received Tensor\(float32 \[\d+\] on cpu\) for 1/,
    );
  });
});
