/**
 * The standard normal distribution function and its inverse.
 *
 * The function is the series of Marsaglia ("Evaluating the Normal Distribution", Journal of Statistical Software 11,
 * 2004), exact to the last digits of the result; the inverse is Newton's method on it.
 *
 * @module
 */
import { SaddlepointError } from '../../engine/index.js';

/** Beyond, the function is 1 less than half a unit in the last place. */
const FURTHEST = 8.3;

/** Φ(x) = ½ + φ(x) · (x + x³/3 + x⁵/(3·5) + …). @returns in [0, 1] */
export function normalDistribution(x: number): number {
  if (Math.abs(x) > FURTHEST) return x > 0 ? 1 : 0;
  let [sum, term] = [x, x];
  for (let odd = 3; sum + term !== sum; odd += 2) {
    term *= (x * x) / odd;
    sum += term;
  }
  return 0.5 + normalDensity(x) * sum;
}

/** φ(x) */
function normalDensity(x: number): number {
  return Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
}

/**
 * Φ⁻¹(p), the p quantile.
 *
 * @param p in [0, 1]; its ends give minus and plus infinity
 * @throws SaddlepointError ARGUMENT for a p that is no probability
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) throw new SaddlepointError('ARGUMENT', `expected a probability, received ${p}`);
  if (p === 0 || p === 1) return p === 0 ? -Infinity : Infinity;
  if (p < 0.5) return -normalQuantile(1 - p);
  // Above 0 the function is concave: from there Newton's steps come to the quantile from below and never pass it, but
  // for the rounding at which they end.
  let x = 0;
  for (;;) {
    const next = x + (p - normalDistribution(x)) / normalDensity(x);
    if (!(next > x)) return x;
    x = next;
  }
}
