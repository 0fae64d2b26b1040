/**
 * When Auto-PGD halves an example's step size (Croce and Hein, ICML 2020, section 3.2, conditions 1 and 2).
 *
 * @module
 */
import { ops, type Tensor } from '../../engine/index.js';

/** What the conditions look at, each [N]. */
export interface Progress {
  readonly stepSize: Tensor;
  /** Steps since the last checkpoint that raised the objective. */
  readonly rises: Tensor;
  /** Whether the step size was halved at the last checkpoint, bool. */
  readonly halved: Tensor;
  /** The best objective at the last checkpoint. */
  readonly bestBefore: Tensor;
}

/**
 * Halves where either holds, an example at a time:
 *
 * 1. fewer than `rho` of the steps since the last checkpoint raised the objective;
 * 2. the step size was not halved at the last checkpoint, and the best objective has not risen since.
 *
 * The start of the search counts as a checkpoint without halving.
 *
 * @param best float [N]: the best objective now
 * @param period steps since the last checkpoint
 * @returns the progress from here on; `halved` says which examples go back to their best point
 */
export function halveStepSizes(progress: Progress, best: Tensor, period: number, rho: number): Progress {
  const fewRises = progress.rises.lt(rho * period);
  const stuck = best.gt(progress.bestBefore).logicalOr(progress.halved).logicalNot();
  const halved = fewRises.logicalOr(stuck);
  return {
    stepSize: ops.where(halved, progress.stepSize.div(2), progress.stepSize),
    rises: ops.zerosLike(progress.rises),
    halved,
    bestBefore: best,
  };
}
