/**
 * The one-sided lower bound of a binomial probability (Clopper and Pearson, "The Use of Confidence or Fiducial Limits
 * Illustrated in the Case of the Binomial", 1934).
 *
 * @module
 */
import { requireInteger, SaddlepointError } from '../../engine/index.js';
import { regularizedIncompleteBeta } from '../incomplete-beta.js';

/** Halvings of [0, 1] until neighbouring numbers are reached. */
const HALVINGS = 60;

/**
 * The largest p with P(X ≥ successes) ≤ alpha for X ~ Binomial(trials, p): with probability 1 - alpha at least, the
 * true probability is not below it. It is the alpha quantile of Beta(successes, trials - successes + 1), found by
 * bisection; 0 without any success.
 *
 * @param successes from 0 to `trials`
 * @param alpha in (0, 1)
 * @throws SaddlepointError ARGUMENT for counts or an alpha out of range
 */
export function clopperPearsonLowerBound(successes: number, trials: number, alpha: number): number {
  requireInteger('trials', trials, 1);
  requireInteger('successes', successes, 0, trials);
  requireAlpha(alpha);
  if (successes === 0) return 0;
  if (successes === trials) return alpha ** (1 / trials); // P(X = trials) = p^trials
  let [low, high] = [0, 1];
  for (let halving = 0; halving < HALVINGS; halving += 1) {
    const middle = (low + high) / 2;
    if (regularizedIncompleteBeta(middle, successes, trials - successes + 1) <= alpha) low = middle;
    else high = middle;
  }
  return low;
}

/** @throws SaddlepointError ARGUMENT for a probability of error outside of (0, 1) */
export function requireAlpha(alpha: number): number {
  if (alpha > 0 && alpha < 1) return alpha;
  throw new SaddlepointError(
    'ARGUMENT',
    `expected alpha, the probability that a certificate is wrong, between 0 and 1, e.g. 0.001, received ${alpha}`,
  );
}
