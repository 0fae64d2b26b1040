/**
 * CROWN-IBP (Zhang et al., "Towards Stable and Efficient Training of Verifiably Robust Neural Networks", ICLR 2020,
 * equations 9 and 10): as `ibp`, with margins that are mixed of CROWN's linear bounds, whose boxes are those of
 * interval bounds, and of the interval bounds themselves. CROWN's are tighter at the start, where intervals of a
 * network that was not trained for them say nothing; a step costs several times as much while they weigh something.
 *
 *     m = β · m(CROWN-IBP) + (1 − β) · m(IBP),    β from 1 to `beta` on the ramp
 *
 * @module
 */
import { z } from 'zod';
import { crownMargins, intervalMargins } from '../../models/index.js';
import { certifiedLoss, certifiedOptions, rampProblem } from './certified.js';
import { defineMethod } from './method.js';

export const crownIbp = defineMethod({
  attacks: false,
  options: {
    ...certifiedOptions,
    /** Weight of CROWN's bounds at the end of the ramp, from 1 at its start. */
    beta: z.number().min(0).max(1).default(0),
  },
  problem: rampProblem,
  phases: ({ rampFrom, rampTo }) => [rampFrom, rampTo],
  create: ({ beta: last, ...options }) => ({
    attacked: () => 0,
    loss: (inputs) =>
      certifiedLoss(inputs, options, (box, share) => {
        const { model, labels } = inputs;
        const beta = 1 - share * (1 - last);
        const interval = intervalMargins(model, box, labels);
        if (beta === 0) return interval;
        const crown = crownMargins(model, box, labels, { differentiable: true });
        return crown.mul(beta).add(interval, { alpha: 1 - beta });
      }),
  }),
});
