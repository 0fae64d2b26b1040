/**
 * A norm as an attack needs it: how large a perturbation is, which unit step raises a loss fastest, and
 * the way back into the ball.
 *
 * @module
 */
import type { Tensor } from '../../engine/index.js';

export interface Norm {
  /** `linf`, `l2`, … as recipes and results write it. */
  readonly name: string;
  /** The size of each perturbation: [N, …] to [N]. */
  magnitude(perturbation: Tensor): Tensor;
  /** The direction of size 1 in this norm along which a loss with this gradient rises fastest: [N, …] to [N, …]. */
  steepestAscent(gradient: Tensor): Tensor;
  /** The nearest perturbation of size at most `epsilon`: [N, …] to [N, …]. */
  project(perturbation: Tensor, epsilon: number): Tensor;
}
