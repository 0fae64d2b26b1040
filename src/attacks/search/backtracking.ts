/**
 * Backtracking: an example only moves where that does not lower its objective; otherwise it stays and its step size
 * shrinks. Stutz's code tests the projected candidate and then takes the unprojected one; here the candidate that
 * was tested is taken.
 *
 * @module
 */
import { ops, type Tensor } from '../../engine/index.js';
import { perExample } from '../norms/shared.js';

/** The article's smallest step size. */
const SMALLEST = 1e-20;

/** Where each example is, its objective there, and how far its next step goes. */
export interface Iterate {
  /** [N, C, H, W] */
  readonly current: Tensor;
  /** float [N] */
  readonly value: Tensor;
  /** float [N] */
  readonly stepSize: Tensor;
}

/**
 * Where each example goes on: at the candidate if that is at least as good, else where it was, with its step size
 * divided by `decay`. Leaves intermediate tensors to the scope it is called in.
 *
 * @param candidate within budget and box
 * @param value float [N]: the candidate's objective
 */
export function backtrack(
  iterate: Iterate,
  candidate: Tensor,
  value: Tensor,
  decay: number,
): Pick<Iterate, 'current' | 'stepSize'> {
  const accepted = value.ge(iterate.value);
  return {
    current: ops.where(perExample(accepted, candidate), candidate, iterate.current),
    stepSize: ops.where(accepted, iterate.stepSize, iterate.stepSize.div(decay).clamp({ min: SMALLEST })),
  };
}
