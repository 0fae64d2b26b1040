/**
 * The paired bootstrap of the difference between two error rates on the same images (Efron, "Bootstrap methods: another
 * look at the jackknife", Annals of Statistics 1979), by percentiles.
 *
 * Images are drawn with replacement, both networks' outcomes together. A resample's difference depends on two counts
 * alone: how many of its n images the first, and how many the second network alone gets wrong. These have a multinomial
 * distribution, so the bootstrap's distribution is computed here, not simulated: what infinitely many resamples would
 * give, without a seed, and the same on every machine. That is the only deviation.
 *
 * @module
 */
import { requireInteger } from '../../engine/errors.js';
import { logFactorials } from './log-factorial.js';

/** In standard deviations: counts further from their mean have a probability below 1e-14. */
const REACH = 8;

/**
 * The interval of the second error rate minus the first, as fractions.
 *
 * @param images n, of which `firstOnly` are wrong for the first network alone and `secondOnly` for the second alone
 * @param confidence of the interval. Default: 0.95
 * @throws SaddlepointError ARGUMENT for counts that are none, or are more than the images
 */
export function pairedBootstrapInterval(
  images: number,
  firstOnly: number,
  secondOnly: number,
  confidence = 0.95,
): [number, number] {
  requireInteger('images', images, 1);
  requireInteger('firstOnly', firstOnly, 0, images);
  requireInteger('secondOnly', secondOnly, 0, images - firstOnly);
  const distribution = differences(images, firstOnly, secondOnly);
  const total = distribution.reduce((sum, probability) => sum + probability, 0);
  const quantile = (share: number) => {
    let below = 0;
    for (const [i, probability] of distribution.entries()) {
      below += probability;
      if (below >= share * total) return (i - images) / images;
    }
    return 1;
  };
  return [quantile((1 - confidence) / 2), quantile((1 + confidence) / 2)];
}

/** The probability that a resample has `secondOnly` minus `firstOnly` of d, at d + n. */
function differences(images: number, firstOnly: number, secondOnly: number): Float64Array {
  const logs = logFactorials(images);
  const log = (count: number) => Math.log(count / images);
  const neither = images - firstOnly - secondOnly;
  const distribution = new Float64Array(2 * images + 1);
  for (const first of likely(images, firstOnly)) {
    for (const second of likely(images, secondOnly)) {
      const rest = images - first - second;
      if (rest < 0 || (neither === 0 && rest > 0)) continue;
      const ways = logs[images]! - logs[first]! - logs[second]! - logs[rest]!;
      const chance = times(first, log(firstOnly)) + times(second, log(secondOnly)) + times(rest, log(neither));
      distribution[images + second - first]! += Math.exp(ways + chance);
    }
  }
  return distribution;
}

/** Counts within reach of a binomial one's mean. */
function* likely(images: number, mean: number): Generator<number> {
  const reach = REACH * Math.sqrt(mean * (1 - mean / images)) + REACH;
  const [from, to] = mean === 0 ? [0, 0] : [Math.ceil(mean - reach), Math.floor(mean + reach)];
  for (let count = Math.max(0, from); count <= Math.min(images, to); count += 1) yield count;
}

/** 0 log 0 is 0. */
function times(count: number, log: number): number {
  return count === 0 ? 0 : count * log;
}
