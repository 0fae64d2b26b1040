/**
 * Auto-PGD's step for L-infinity and L2 (Croce and Hein, ICML 2020, section 3.1 and algorithm 1): steepest ascent,
 * blended with the last change of the iterate, both projected.
 *
 * Two deviations: the L2 projection is this project's (box, then ball) and leaves no budget unused; and the first
 * checkpoint applies condition 2 to the start, as the paper writes it.
 *
 * @module
 */
import { ops } from '../../engine/index.js';
import type { Norm } from '../norms/index.js';
import type { Projection } from '../projections.js';
import { ascend } from '../search/step.js';
import { checkpoints } from './checkpoint-schedule.js';
import { halveStepSizes, type Progress } from './step-size.js';
import type { StepRule } from './step-rule.js';

/** The share of the new direction; the rest is the last change. */
const BLEND = 0.75;

/**
 * @param epsilon the first step size is twice this
 * @param steps of the whole search
 * @param rho the share of steps that must raise the objective for the step size to stay
 */
export function momentumRule(
  norm: Norm,
  project: Projection,
  epsilon: number,
  steps: number,
  rho: number,
): StepRule<Progress> {
  const schedule = checkpoints(steps);
  const periods = new Map(schedule.map((step, i) => [step, step - (schedule[i - 1] ?? 0)]));
  return {
    checkpoints: schedule,
    begin: (_, { value }) => ({
      stepSize: ops.full(value.shape, 2 * epsilon, { dtype: value.dtype, device: value.device }),
      rises: ops.zerosLike(value),
      halved: ops.zerosLike(value, { dtype: 'bool' }),
      bestBefore: value,
    }),
    step: (images, { current, previous }, { stepSize }, first) => {
      const ascended = project(images, ascend(current.images, norm.steepestAscent(current.gradient), stepSize));
      if (first) return ascended;
      const change = ascended.sub(current.images).mul(BLEND);
      const inertia = current.images.sub(previous);
      return project(images, current.images.add(change).add(inertia, { alpha: 1 - BLEND }));
    },
    note: (state, before, after) => ({
      ...state,
      rises: state.rises.add(after.value.gt(before.value)),
    }),
    adapt: (_, { best }, state, step) => {
      const progress = halveStepSizes(state, best.value, periods.get(step)!, rho);
      return { state: progress, goBack: progress.halved };
    },
  };
}
