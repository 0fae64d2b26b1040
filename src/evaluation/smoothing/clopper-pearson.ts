/**
 * What counts say of a binomial probability: the one-sided lower bound of Clopper and Pearson ("The Use of Confidence or
 * Fiducial Limits Illustrated in the Case of the Binomial", 1934), and the exact two-sided test of a fair coin.
 *
 * @module
 */
import { requireInteger, SaddlepointError } from '../../engine/index.js';
import { regularizedIncompleteBeta } from './incomplete-beta.js';

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

/**
 * How probable it is that a fair coin falls at least as unevenly as this: the p-value of the exact two-sided binomial
 * test with p = ½.
 *
 * @param first how often one side came up
 * @param second how often the other did
 * @returns in (0, 1]; 1 for equal counts, also of nothing
 * @throws SaddlepointError ARGUMENT for counts that are no whole numbers of at least 0
 */
export function fairCoinTest(first: number, second: number): number {
  const more = Math.max(requireInteger('first', first, 0), requireInteger('second', second, 0));
  const trials = first + second;
  if (first === second) return 1;
  return Math.min(1, 2 * regularizedIncompleteBeta(0.5, more, trials - more + 1));
}

/** @throws SaddlepointError ARGUMENT for a probability of error outside of (0, 1) */
export function requireAlpha(alpha: number): number {
  if (alpha > 0 && alpha < 1) return alpha;
  throw new SaddlepointError(
    'ARGUMENT',
    `expected alpha, the probability that a certificate is wrong, between 0 and 1, e.g. 0.001, received ${alpha}`,
  );
}
