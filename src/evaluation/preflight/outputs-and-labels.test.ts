/**
 * What the checks before an evaluation say of a network's outputs and of the labels they are compared with.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { ops, tensor, tidy, type Tensor } from '../../engine/index.js';
import { changed, check, network, Pixels, split, stops } from './preflight.test-helper.js';

describe('outputs', () => {
  test('of another shape', async () => {
    await stops(
      check(network((logits) => logits.unsqueeze(2))),
      'output-shape',
      /\[64, classes\]|\[80, classes\].*\[80, 4, 1\]/,
    );
  });

  test('probabilities instead of logits; their logarithms are noted', async () => {
    await stops(check(network((logits) => logits.softmax(1))), 'logits-not-probabilities', /Remove the softmax/);
    const { notes } = await check(network((logits) => logits.logSoftmax(1)));
    expect(notes.map((found) => found.check)).toEqual(['logits-not-probabilities']);
  });

  test('a sigmoid instead of a logit, and a logit', async () => {
    const two = tidy(() => split.labels.remainder(2));
    const single = (change: (logit: Tensor) => Tensor) =>
      network((logits) => change(logits.narrow(1, 1, 1).add(logits.narrow(1, 3, 1))));
    const part = changed({ labels: two });
    await stops(
      check(
        single((logit) => logit.sigmoid()),
        {},
        part,
      ),
      'logits-not-probabilities',
      /Remove the sigmoid/,
    );
    expect(
      (
        await check(
          single((logit) => logit),
          {},
          part,
        )
      ).notes,
    ).toEqual([]);
    two.dispose();
  });
});

describe('labels', () => {
  const withLabels = (change: (labels: Tensor) => Tensor) => tidy(() => change(split.labels));

  test('that count from 1', async () => {
    const one = withLabels((given) => given.add(1));
    await stops(
      check(new Pixels(), {}, changed({ labels: one })),
      'label-range',
      /0 to 3.*received 1 to 4.*subtract 1/,
    );
    one.dispose();
  });

  test('that are negative', async () => {
    const minus = withLabels((given) => given.sub(1));
    await stops(check(new Pixels(), {}, changed({ labels: minus })), 'label-range', /received -1 to 2/);
    minus.dispose();
  });

  test('that name too few outputs are noted', async () => {
    const few = withLabels((given) => given.clamp({ max: 1 }));
    const { notes } = await check(new Pixels(), {}, changed({ labels: few }));
    expect(notes.some(({ message }) => message.includes('4 classes, the labels end at 1'))).toBe(true);
    few.dispose();
  });

  test("are judged by the whole split's, of which a part may lack a class", async () => {
    const few = withLabels((given) => given.clamp({ max: 1 }));
    const part = changed({ labels: few });
    const { notes } = await check(new Pixels(), { allLabels: split.labels }, part);
    expect(notes.map(({ message }) => message).join()).not.toContain('labels end at');
    few.dispose();
  });

  test('in another order than the outputs, and which', async () => {
    const rotated = withLabels((given) => given.add(1).remainder(4));
    await stops(
      check(new Pixels(), {}, changed({ labels: rotated })),
      'label-order',
      /80 of 80 images wrong, where a guess gets 75 % wrong.*class 1 is taken for class 0.*permuted/,
    );
    rotated.dispose();
  });

  test('of which two are swapped are noted', async () => {
    const swapped = withLabels((given) => ops.where(given.lt(2), given.neg().add(1), given));
    const { notes } = await check(new Pixels(), {}, changed({ labels: swapped }));
    expect(notes.map(({ message }) => message).join()).toMatch(/class 0 is taken for class 1/);
    swapped.dispose();
  });

  test('that the network knows no better than a guess are noted', async () => {
    const constant = network((logits) => logits.mul(0).add(tensor([[2, 0, 0, -1]])));
    const { notes } = await check(constant);
    expect(notes.map(({ message }) => message).join()).toMatch(/60 of 80 images wrong.*Were the weights loaded/);
  });
});
