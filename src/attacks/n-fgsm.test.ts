/**
 * N-FGSM: one step from noise, past the budget in training and within it where a number comes of it.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { leavesNothingAlive } from '../../test/support/live-tensors.js';
import { tidy } from '../engine/index.js';
import { attackOf, type AttackDescription } from './index.js';
import { toyBatch, toyNetwork } from './toy.test-helper.js';

leavesNothingAlive();

const nFgsm = (change: Partial<AttackDescription> = {}) =>
  attackOf({ name: 'n-fgsm', norm: 'linf', epsilon: 0.05, steps: 1, ...change });

/** The largest change of any pixel, in training and in an evaluation. */
function reach(change?: Partial<AttackDescription>): { training: number; evaluation: number } {
  return tidy(() => {
    using model = toyNetwork();
    const { images, labels, ...randomness } = toyBatch([...Array(40).keys()]);
    const attack = nFgsm(change);
    const largest = (adversarial: typeof images) => adversarial.sub(images).abs().amax().item();
    return {
      training: largest(attack.perturb(model, images, labels, randomness)),
      evaluation: largest(attack.run(model, images, labels, randomness).images),
    };
  });
}

describe('how far it goes', () => {
  test('in training as far as noise and step together, in an evaluation as far as the budget', () => {
    const { training, evaluation } = reach();
    expect(training).toBeGreaterThan(0.13);
    expect(training).toBeLessThanOrEqual(0.15 + 1e-6);
    expect(evaluation).toBeCloseTo(0.05, 6);
  });

  test('without noise it is FGSM', () => {
    tidy(() => {
      using model = toyNetwork();
      const { images, labels, ...randomness } = toyBatch([0, 1, 2, 3]);
      const [one, other] = [nFgsm({ noise: 0 }), attackOf({ name: 'fgsm', norm: 'linf', epsilon: 0.05, steps: 1 })].map(
        (attack) => attack.perturb(model, images, labels, randomness),
      );
      expect(one!.sub(other!).abs().amax().item()).toBeLessThan(1e-6);
    });
  });

  test('the step may be of another length', () => {
    expect(reach({ stepSize: 0.01, noise: 1 }).training).toBeLessThanOrEqual(0.06 + 1e-6);
  });
});

test.each([
  ['another norm', { norm: 'l2' as const }, /n-fgsm/],
  ['several steps', { steps: 2 }, /steps of n-fgsm/],
  ['negative noise', { noise: -1 }, /noise/],
])('%s is refused', (_, change, message) => {
  expect(() => nFgsm(change)).toThrow(message);
});
