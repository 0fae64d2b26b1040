/**
 * Momentum: past directions carry on. The directions are added after they were normalised, and the step goes along the
 * sum as it is.
 *
 * @module
 */
import { requireNumber, type Tensor } from '../../engine/index.js';

/**
 * How a direction g joins the velocity v, with momentum m, by the names recipes use:
 *
 * - `average`, v = m v + (1 - m) g: Stutz's exponential average. It is unusual: with m = 0.9 the first step is a
 *   tenth of the step size, which the article's evaluation makes up for by larger step sizes.
 * - `classical`, v = m v + g: Polyak's heavy ball (1964), whose steps grow up to 1 / (1 - m) step sizes.
 */
export const MOMENTA = {
  average: (velocity: Tensor | undefined, direction: Tensor, momentum: number) =>
    velocity === undefined
      ? direction.mul(1 - momentum)
      : velocity.mul(momentum).add(direction, { alpha: 1 - momentum }),
  classical: (velocity: Tensor | undefined, direction: Tensor, momentum: number) =>
    velocity === undefined ? direction : direction.add(velocity, { alpha: momentum }),
} as const;

export type MomentumKind = keyof typeof MOMENTA;

/** @throws SaddlepointError ARGUMENT for a momentum outside of [0, 1) */
export function requireMomentum(momentum: number): number {
  // The largest number below one.
  return requireNumber('momentum', momentum, 0, 1 - Number.EPSILON / 2);
}
