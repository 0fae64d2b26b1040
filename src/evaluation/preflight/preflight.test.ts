/**
 * Every check before an evaluation, with something that it stops and something that passes.
 *
 * @module
 */
import { describe, expect, test, vi } from 'vitest';
import type { ThreatModelName } from '../../attacks/index.js';
import { RandomStream, tidy, type Tensor } from '../../engine/index.js';
import { BatchNorm2d, Dropout, Flatten, Linear, Module, Sequential } from '../../nn/index.js';
import { robustError } from '../evaluate.js';
import { changed, check, EXAMPLES, network, Pixels, split, stops, usual } from './preflight.test-helper.js';

test('an ordinary network passes all checks, and is left in its mode', async () => {
  const model = new Pixels().train();
  const report = await check(model);
  expect(report).toEqual({
    examples: EXAMPLES,
    passed: [
      'epsilon-scale',
      'input-range',
      'output-shape',
      'label-range',
      'finite-logits',
      'logits-not-probabilities',
      'evaluation-mode',
      'repeatable',
      'batch-size',
      'attack-network',
      'label-order',
    ],
    notes: [],
  });
  expect(model.training).toBe(true);
});

describe('peer fault: a model in training mode', () => {
  const normalised = () => new Sequential(new BatchNorm2d(1), new Flatten());

  test('gives the same robust error as in evaluation mode, with its statistics untouched', async () => {
    const model = normalised();
    const before = model.stateDict().get('0.running_mean')!.toNumbers();
    const attack = { name: 'pgd', norm: 'linf', epsilon: 0.3, steps: 2 } as const;
    const measure = () => robustError(model, split, { attack, restarts: 1, seed: 1, batchSize: 20 });
    model.train();
    await check(model);
    const inTraining = await measure();
    model.eval();
    expect(inTraining).toEqual(await measure());
    expect(model.stateDict().get('0.running_mean')!.toNumbers()).toEqual(before);
    model.dispose();
  });

  test('a layer that stays in training mode is named', async () => {
    class Stubborn extends Pixels {
      override train(): this {
        return super.train(true);
      }
      override eval(): this {
        return this.train();
      }
    }
    await stops(check(new Stubborn()), 'evaluation-mode', /received `the model` in training mode/);
  });

  test('running statistics that an answer changes stop it', async () => {
    class Forgetful extends Module {
      readonly bn = new BatchNorm2d(1);
      override forward(input: Tensor): Tensor {
        this.bn.training = true;
        const output = this.bn.forward(input).flatten({ startDim: 1 });
        this.bn.training = false;
        return output;
      }
    }
    const model = new Forgetful();
    await stops(check(model), 'evaluation-mode', /another `bn\.running_mean` after a forward pass/);
    model.dispose();
  });

  test('statistics of the batch, without a mode, stop it: answers depend on the batch size', async () => {
    const batchNormalised = network((logits) => logits.sub(logits.mean([0], { keepdim: true })));
    await stops(check(batchNormalised), 'batch-size', /alone and in a batch of 80.*batch norm in training mode/);
  });
});

test('peer fault: answers that depend on the batch size stop it, rounding does not', async () => {
  const ranked = network((logits) => logits.add(logits.sum()));
  await stops(check(ranked), 'batch-size', /its answer to one image must not depend on others/);
  const rounding = network((logits) => logits.add(logits.sum().mul(1e-8)));
  expect((await check(rounding)).passed).toContain('batch-size');
});

describe('peer fault: inputs out of range', () => {
  const withImages = async (make: () => Tensor, message: RegExp) => {
    const images = tidy(make);
    await stops(check(new Pixels(), {}, changed({ images })), 'input-range', message);
    images.dispose();
  };

  test('normalised images', async () => {
    await withImages(
      () => split.images.to({ dtype: 'float32' }).div(255).mul(4).sub(2),
      /received float32 from -2 to .*normalisation the first layer/,
    );
  });

  test('fractions, which would be divided by 255 again', async () => {
    await withImages(() => split.images.to({ dtype: 'float32' }).div(255), /store bytes \(fraction \* 255\)/);
  });

  test('fractions that were stored as bytes', async () => {
    await withImages(() => split.images.gt(100).to({ dtype: 'uint8' }), /received only 0 and 1/);
  });

  test('one grey', async () => {
    await withImages(() => split.images.mul(0), /received 0 for every byte/);
  });
});

describe('peer fault: logits that are not numbers', () => {
  test('NaN on an image', async () => {
    const broken = network((logits) =>
      logits.div(
        logits
          .sub(logits.narrow(0, 0, 1))
          .abs()
          .sum([1], { keepdim: true }),
      ),
    );
    await stops(check(broken), 'finite-logits', /received NaN or infinity for \d+ of 80 images, the first of index 0/);
  });

  test('infinity', async () => {
    await stops(
      check(network((logits) => logits.mul(1e30).mul(1e30))),
      'finite-logits',
      /NaN or infinity for 80 of 80/,
    );
  });

  test('NaN only between grey levels, where attacks go', async () => {
    class OnlyBytes extends Module {
      override forward(input: Tensor): Tensor {
        const levels = input.flatten({ startDim: 1 }).mul(255);
        const off = levels.sub(levels.round()).abs().gt(1e-3);
        return levels.div(64).maskedFill(off, NaN);
      }
    }
    await stops(check(new OnlyBytes()), 'finite-logits', /of 64 images with noise of the budget/);
  });
});

test('without an attack to come, everything but its budget is looked at', async () => {
  expect((await check(new Pixels(), { budget: undefined })).passed).toHaveLength(11);
  await stops(
    check(
      network((logits) => logits.mul(NaN)),
      { budget: undefined },
    ),
    'finite-logits',
    /NaN/,
  );
});

describe('an epsilon on the wrong scale', () => {
  test.each<[ThreatModelName, number, RegExp]>([
    ['unconstrained', 1, /leaves something of an image, received unconstrained: every network fails/],
    ['linf:0.3+l2:0.5', 2, /below 1\.667, the linf:0\.3\+l2:0\.5 distance/],
    ['linf', 8, /below 0\.5.*Did you mean 8\/255\?/],
    ['linf', 8 / 255 / 255, /at least 0\.0003922 in linf, received 0\.000123: .*divided by 255 twice\? 0\.03137/],
    ['l2', 128, /below 1, .*Did you mean 128\/255/],
    ['l2', 0.5 / 255, /at least 0\.003922 in l2/],
    ['l1', 3, /below 2/],
    ['l0', 0.1, /a count of changed values, received 0\.1/],
    ['l0', 4, /from 1 to 3/],
    ['linf', NaN, /at least 0, received NaN/],
    ['l2', -1, /at least 0, received -1/],
  ])('%s %d', async (norm, epsilon, message) => {
    await stops(check(new Pixels(), { budget: { norm, epsilon } }), 'epsilon-scale', message);
  });

  test.each<[ThreatModelName, number]>([
    ['linf:0.3+l2:0.5', 1],
    ['linf', 0],
    ['linf', 0.3],
    ['l2', 0.5],
    ['l1', 1.5],
    ['l0', 2],
  ])('%s %d is none', async (norm, epsilon) => {
    expect((await check(new Pixels(), { budget: { norm, epsilon } })).passed).toContain('epsilon-scale');
  });

  test('what an 8-bit image cannot use is noted', async () => {
    const { notes } = await check(new Pixels(), { budget: { ...usual, epsilon: 0.5 / 255 } });
    expect(notes).toMatchObject([{ check: 'epsilon-scale', severity: 'note' }]);
    expect(notes[0]!.message).toContain('less than a grey level');
  });
});

describe('answers that change between two calls', () => {
  class Noisy extends Pixels {
    #calls = 0;
    protected override change(logits: Tensor): Tensor {
      this.#calls += 1;
      return logits.add(new RandomStream('noise', this.#calls).uniformTensor(logits.shape));
    }
  }

  test('stop it, and point to expectation over transformation', async () => {
    await stops(check(new Noisy()), 'repeatable', /the same images.*version rand/);
  });

  test('are noted where they are part of the defence, and nothing is compared that they would change', async () => {
    const { notes, passed } = await check(new Noisy(), { allow: ['repeatable'] });
    expect(notes.map((found) => found.check)).toEqual(['repeatable']);
    expect(passed).not.toContain('batch-size');
    expect(passed).not.toContain('attack-network');
    expect(passed).toContain('label-order');
  });

  test('are noted without advice where they are counted by the majority of several draws', async () => {
    const { notes } = await check(new Noisy(), { draws: 20 });
    expect(notes.map((found) => found.check)).toEqual(['repeatable']);
    expect(notes[0]!.message).toMatch(/draws random numbers.*majority of 20 draws/);
    expect(notes[0]!.message).not.toMatch(/switch|version rand/);
  });

  test('dropout that obeys its mode passes', async () => {
    const model = new Sequential(new Dropout(0.5), new Flatten());
    expect((await check(model)).passed).toContain('repeatable');
  });
});

test('a signal stops the checks', async () => {
  await expect(check(new Pixels(), { signal: AbortSignal.abort() })).rejects.toThrow('the checks were stopped');
});

describe('the attack network', () => {
  test('that says something else than the model stops it', async () => {
    using network = new Sequential(new Flatten(), new Linear(4, 4));
    const patched = vi.spyOn(Linear.prototype, 'forward').mockImplementation((input) => input.mul(4));
    try {
      await stops(check(network), 'attack-network', /expected the attack network.*to say what the model says/);
    } finally {
      patched.mockRestore();
    }
  });

  test('of a subclass is no other function', async () => {
    class Mirrored extends Sequential {
      override forward(input: Tensor): Tensor {
        return tidy(() => super.forward(input.flip([2, 3]).flip([2, 3])).mul(4));
      }
    }
    expect((await check(new Mirrored(new Flatten()))).passed).toContain('attack-network');
  });
});
