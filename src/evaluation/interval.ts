/**
 * How sure a rate is that was counted on finitely many examples.
 *
 * @module
 */
import { requireInteger } from '../engine/errors.js';
import type { ErrorRate } from './results.js';

/** The 97.5 % quantile of the standard normal distribution. */
const Z = 1.959963984540054;
/** The 98.75 % quantile, for an upper end that shares its 2.5 % with another doubt. */
export const SHARED_Z = 2.241402727604947;

/**
 * The 95 % score interval of a rate (Wilson, "Probable Inference", JASA 1927): sound for small counts and
 * rates near 0 and 1, where the usual approximation is not.
 *
 * @param z quantile of the standard normal distribution for another confidence
 */
export function wilsonInterval(errors: number, examples: number, z = Z): [number, number] {
  requireInteger('examples', examples, 1);
  requireInteger('errors', errors, 0, examples);
  const rate = errors / examples;
  const spread = z ** 2 / examples;
  const centre = (rate + spread / 2) / (1 + spread);
  const half = (z * Math.sqrt((rate * (1 - rate)) / examples + spread / (4 * examples))) / (1 + spread);
  return [errors === 0 ? 0 : Math.max(0, centre - half), errors === examples ? 1 : Math.min(1, centre + half)];
}

/** An error rate, as a share in [0, 1], with its 95 % interval. */
export function errorRate(errors: number, examples: number): ErrorRate {
  return { errors, examples, error: errors / examples, interval: wilsonInterval(errors, examples) };
}
