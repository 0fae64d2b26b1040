/**
 * How much of an average the newest weights are: a function of the step alone, so that a resumed run needs no other
 * state than the average.
 *
 * @module
 */
import { requireInteger, requireNumber } from '../../engine/index.js';

/**
 * Share of the newest weights, in [0, 1], as optimizer step 0, 1, 2, … has left them: 0 leaves the average, 1 copies.
 */
export type NewShare = (step: number) => number;

/**
 * An exponential moving average: it keeps τ = min(decay, (1 + t) / (10 + t)) of itself after step t, so that an average
 * of few steps does not remember the initial weights (as in TensorFlow's ExponentialMovingAverage).
 *
 * @throws SaddlepointError ARGUMENT for a decay outside of [0, 1)
 */
export function exponentialShare(decay: number): NewShare {
  requireNumber('the decay of the weight average', decay, 0, 1 - Number.EPSILON);
  return (step) => 1 - Math.min(decay, (1 + step) / (10 + step));
}

/**
 * Stochastic weight averaging (Izmailov et al., "Averaging Weights Leads to Wider Optima and Better Generalization",
 * UAI 2018, algorithm 1): the mean of the weights at equal distances, from a step on; up to the first of them, the
 * weights as they are. Counted back from the end, so that the last weights are among them.
 *
 * @param steps of the whole training
 * @param from share of them before the first weights that are taken in
 * @param every steps from one to the next
 * @throws SaddlepointError ARGUMENT for numbers out of their range
 */
export function equalShare(steps: number, from: number, every: number): NewShare {
  requireInteger('steps', steps, 1);
  requireInteger('every', every, 1);
  requireNumber('from', from, 0, 1 - Number.EPSILON);
  const earliest = Math.max(1, Math.ceil(from * steps));
  const first = steps - Math.floor((steps - earliest) / every) * every;
  return (step) => {
    const done = step + 1;
    if (done < first) return 1;
    return (done - first) % every === 0 ? 1 / (1 + (done - first) / every) : 0;
  };
}
