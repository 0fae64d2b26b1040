/**
 * Confidence-calibrated adversarial training: the farther an image was moved, the less sure of it the network has to
 * be.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import { ops, tensor, tidy, type Tensor } from '../../engine/index.js';
import { lossInputs } from './loss-inputs.test-helper.js';
import { ccat } from './ccat.js';

leavesNothingAlive();

const RHO = 2;
const CLEAN = [2, 0, -1];
const ROBUST = [0.5, 1, -0.5];
const logProbabilities = (logits: readonly number[]) => {
  const total = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
  return logits.map((logit) => logit - total);
};

/** The loss of four images of class 0, two of them moved by these shares of the budget. */
function lossAt(shares: readonly number[], images = 4): number {
  return tidy(() => {
    const logitsOf = (values: readonly number[], rows: number) =>
      tensor(Float32Array.from(values), { shape: [1, 3] }).repeat([rows, 1]);
    const adversarial = ops.ones([shares.length, 1, 1, 1]);
    const answer = (part: Tensor) => logitsOf(part === adversarial ? ROBUST : CLEAN, part.size(0));
    const labels = ops.zeros([images], { dtype: 'int64' });
    const inputs = lossInputs(ops.zeros([images, 1, 1, 1]), adversarial, labels, answer, {
      budgetShare: () => tensor([...shares]),
    });
    const { loss } = ccat.create({ rho: RHO }).loss(inputs);
    return loss.item();
  });
}

/** Of one adversarial image: λ of its class, and the rest for all classes alike. */
function calibrated(share: number): number {
  const weight = (1 - Math.min(1, share)) ** RHO;
  return -logProbabilities(ROBUST).reduce(
    (sum, one, k) => sum + one * (weight * (k === 0 ? 1 : 0) + (1 - weight) / 3),
    0,
  );
}

test.each([
  ['not moved: its class', [0, 0]],
  ['moved to the budget, or beyond it in training: nothing at all', [1, 1.5]],
  ['moved half way', [0.5, 0.25]],
])('an image that was %s', (_, shares) => {
  const clean = -logProbabilities(CLEAN)[0]!;
  const expected = 0.5 * clean + (0.5 * (calibrated(shares[0]!) + calibrated(shares[1]!))) / 2;
  expect(lossAt(shares)).toBeCloseTo(expected, 5);
});

test('attacks half of the batch, the larger one; of a single image there is no clean half', () => {
  expect([8, 5, 1].map((images) => ccat.create({ rho: RHO }).attacked(images))).toEqual([4, 3, 1]);
  expect(lossAt([0.5], 1)).toBeCloseTo(calibrated(0.5), 5);
});
