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

/** Where each example stands, what that is worth, and how far its next step goes. */
export interface Standing {
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
  standing: Standing,
  candidate: Tensor,
  value: Tensor,
  decay: number,
): Pick<Standing, 'current' | 'stepSize'> {
  const accepted = value.ge(standing.value);
  return {
    current: ops.where(perExample(accepted, candidate), candidate, standing.current),
    stepSize: ops.where(accepted, standing.stepSize, standing.stepSize.div(decay).clamp({ min: SMALLEST })),
  };
}
