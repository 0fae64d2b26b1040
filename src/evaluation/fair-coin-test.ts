/**
 * The exact two-sided test of a fair coin, by which a smoothed classifier abstains and two networks are compared.
 *
 * @module
 */
import { requireInteger } from '../engine/errors.js';
import { regularizedIncompleteBeta } from './incomplete-beta.js';

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
