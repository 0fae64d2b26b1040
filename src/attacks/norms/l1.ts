/**
 * The sum of magnitudes.
 *
 * The steepest ascent of an L1 ball is one entry, which would take thousands of steps; as in the sparse L1 descent of
 * Tramèr and Boneh, "Adversarial Training and Robustness for Multiple Perturbations" (NeurIPS 2019), and in the
 * article, the step goes by the sign of the largest entries, a share of all. Stutz's code compares signed entries
 * and so only ever lowers the perturbation; here magnitudes are compared.
 *
 * @module
 */
import { ops, tidy, type Tensor } from '../../engine/index.js';
import type { Norm } from './norm.js';
import {
  countOf,
  divideSafely,
  entries,
  FLOAT32_SUM,
  FLOAT64_SUM,
  keepLargest,
  requireFraction,
  rescaled,
  ROUNDING,
  rows,
} from './shared.js';

/** The article's share of the entries that a step moves. */
const FRACTION = 0.025;

const magnitude = (perturbation: Tensor): Tensor => tidy(() => rows(perturbation).abs().sum(1));

/** g / |g|₁ */
export function unitSum(gradient: Tensor): Tensor {
  return tidy(() => {
    const safe = rescaled(gradient);
    return divideSafely(safe, magnitude(safe));
  });
}

/**
 * The nearest point of the L1 ball (Duchi, Shalev-Shwartz, Singer and Chandra, "Efficient Projections onto the
 * l1-Ball for Learning in High Dimensions", ICML 2008, figure 1 and section 4): all magnitudes are lowered by the same
 * threshold, which a sort finds. Exact, and the identity inside the ball. The sums are taken in float64.
 */
export function projectOntoL1Ball(perturbation: Tensor, epsilon: number): Tensor {
  return tidy(() => {
    const magnitudes = rows(perturbation).abs();
    const [descending] = magnitudes.sort({ stable: true, dim: 1, descending: true });
    const size = descending.size(1);
    const excess = descending.cumsum(1, { dtype: 'float64' }).sub(epsilon);
    const thresholds = excess.div(ops.arange(size, { dtype: 'float64', device: perturbation.device }).add(1));
    // The entries that stay above their own threshold are the first ones; at epsilon 0 there is none.
    const count = descending.gt(thresholds).sum(1, { keepdim: true, dtype: 'int64' }).clamp({ min: 1 });
    const threshold = thresholds.gather(1, count.sub(1)).clamp({ min: 0 });
    // Subtracted in float64 too: what is left may be small beside what it is left of.
    const lowered = magnitudes.sub(threshold).clamp({ min: 0 }).to({ dtype: perturbation.dtype });
    return rows(perturbation).sign().mul(lowered).reshape(perturbation.shape);
  });
}

/**
 * The L1 norm whose steepest ascent moves the `fraction` of entries with the largest gradients (and those as large as
 * the last of them), all by the same amount.
 *
 * @throws SaddlepointError ARGUMENT for a fraction outside of (0, 1]
 */
export function l1With(fraction: number): Norm {
  requireFraction(fraction);
  return {
    name: 'l1',
    sparse: true,
    magnitude,
    steepestAscent: (gradient) =>
      tidy(() => {
        const signs = keepLargest(gradient, countOf(fraction, rows(gradient).size(1))).sign();
        return divideSafely(signs, magnitude(signs));
      }),
    scaled: unitSum,
    project: projectOntoL1Ball,
    onSphere: (direction, epsilon) => tidy(() => unitSum(direction).mul(epsilon)),
    // D of D + 1 exponential numbers divided by the sum of all are uniform in the simplex (Devroye 1986, chapter V).
    uniform: ({ stream, indices, shape, device }, epsilon) =>
      tidy(() => {
        const size = shape.reduce((product, length) => product * length, 1);
        const exponential = stream
          .derive('sizes')
          .uniform(indices, [size + 1], device)
          .neg()
          .log1p()
          .neg();
        const share = exponential.narrow(1, 0, size).div(exponential.sum(1, { keepdim: true }));
        const sign = stream.derive('signs').uniform(indices, [size], device).sub(0.5).ge(0);
        const signed = ops.where(sign, share, share.neg());
        return signed.mul(epsilon).reshape([indices.size(0), ...shape]);
      }),
    requireEpsilon: () => undefined,
    diameter: entries,
    searchRadius: (epsilon, size) => Math.max(0, epsilon * (1 - FLOAT32_SUM) - size * ROUNDING),
    finalRadius: (epsilon) => epsilon * (1 - FLOAT64_SUM),
    withFraction: l1With,
  };
}

export const l1: Norm = l1With(FRACTION);
