/**
 * McNemar's exact test: whether two networks differ on the same images.
 *
 * McNemar, "Note on the sampling error of the difference between correlated proportions or percentages", Psychometrika
 * 1947; in place of his normal approximation the binomial distribution itself, as recommended for few discordant pairs.
 *
 * @module
 */
import { requireInteger } from '../../engine/errors.js';
import { fairCoinTest } from '../fair-coin-test.js';

/**
 * The two-sided p-value: how often so uneven a split of the discordant images, or a more uneven one, comes about where
 * each falls to either side with probability 1/2. It is 1 where there are none.
 *
 * @param firstOnly images that the first network alone gets wrong
 * @param secondOnly that the second alone gets wrong
 * @throws SaddlepointError ARGUMENT for what is no count
 */
export function mcnemarExact(firstOnly: number, secondOnly: number): number {
  requireInteger('firstOnly', firstOnly, 0);
  requireInteger('secondOnly', secondOnly, 0);
  return fairCoinTest(firstOnly, secondOnly);
}
