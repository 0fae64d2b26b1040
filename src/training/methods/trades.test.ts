/**
 * TRADES's loss against its formula written out, and a training with it from a recipe.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import { backward, tensor, tidy, type Tensor } from '../../engine/index.js';
import { lossInputs } from './loss-inputs.test-helper.js';
import { trades } from './trades.js';

leavesNothingAlive();

/** Logits of three classes for two images, and for the same images under attack. */
const CLEAN = [2, -1, 0.5, 0.1, 0.2, -0.3];
const ROBUST = [0.5, 0.4, 0.3, -0.2, 1, 0.1];
const labels = () => tensor(BigInt64Array.from([0n, 2n]));
const withGradient = (values: readonly number[]) => {
  const logits = tensor(Float32Array.from(values), { shape: [2, 3] });
  logits.requiresGrad = true;
  return logits;
};

/** The loss of given logits: the network is taken to answer with them. */
function lossOf(beta: number, clean: Tensor, adversarial: Tensor, labelSmoothing = 0) {
  const [images, attacked] = [clean.detach(), adversarial.detach()];
  const answer = (part: Tensor) => (part === images ? clean : adversarial);
  return trades.create({ beta }).loss(lossInputs(images, attacked, labels(), answer, { labelSmoothing }));
}

const softmax = (logits: readonly number[]) => {
  const powers = logits.map(Math.exp);
  const sum = powers.reduce((all, one) => all + one, 0);
  return powers.map((one) => one / sum);
};
/** Cross-entropy of the clean logits, plus beta times KL(clean || robust), both means over the images. */
function byHand(beta: number, clean: readonly number[], robust: readonly number[]): number {
  return [0, 2].reduce((sum, label, image) => {
    const [p, q] = [clean, robust].map((all) => softmax(all.slice(3 * image, 3 * image + 3))) as [number[], number[]];
    const distance = p.reduce((all, one, k) => all + one * Math.log(one / q[k]!), 0);
    return sum + (-Math.log(p[label]!) + beta * distance) / 2;
  }, 0);
}

describe('the loss', () => {
  test.each([0.5, 6])('is the cross-entropy and β = %d times the distance', (beta) => {
    const value = tidy(() => lossOf(beta, withGradient(CLEAN), withGradient(ROBUST)).loss.item());
    expect(value).toBeCloseTo(byHand(beta, CLEAN, ROBUST), 5);
  });

  test("sends the distance's gradient through the clean logits too", () => {
    tidy(() => {
      const [clean, robust] = [withGradient(CLEAN), withGradient(ROBUST)];
      backward(lossOf(6, clean, robust).loss);
      const step = 1e-4;
      const changed = (values: readonly number[], at: number, by: number) =>
        values.map((v, i) => (i === at ? v + by : v));
      clean.grad!.toNumbers().forEach((gradient, at) => {
        const rise = byHand(6, changed(CLEAN, at, step), ROBUST) - byHand(6, changed(CLEAN, at, -step), ROBUST);
        expect(gradient).toBeCloseTo(rise / (2 * step), 4);
      });
      robust.grad!.toNumbers().forEach((gradient, at) => {
        const rise = byHand(6, CLEAN, changed(ROBUST, at, step)) - byHand(6, CLEAN, changed(ROBUST, at, -step));
        expect(gradient).toBeCloseTo(rise / (2 * step), 4);
      });
    });
  });

  test('attacks every image, and measures both answers', () => {
    expect(trades.create({ beta: 6 }).attacked(17)).toBe(17);
    tidy(() => {
      const [clean, robust] = [withGradient(CLEAN), withGradient(ROBUST)];
      const result = lossOf(6, clean, robust);
      expect([result.clean, result.adversarial]).toEqual([clean, robust]);
    });
  });
});
