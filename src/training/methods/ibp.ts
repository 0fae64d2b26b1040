/**
 * Training by interval bound propagation (Gowal et al., "On the Effectiveness of Interval Bound Propagation for
 * Training Verifiably Robust Models", 2018, section 3): the cross-entropy of the worst logits that interval bounds
 * allow, mixed with that of the images as they are. It attacks nothing, and what it trains can be certified.
 *
 *     κ · ℓ(z(x), y) + (1 − κ) · ℓ(ẑ, y),    κ from 1 to `kappa` and the budget from 0 to `epsilon` on a ramp
 *
 * Deviation: the ramp is a share of the training; the paper's for MNIST is from a thirtieth to a fifth of its steps.
 *
 * @module
 */
import { intervalMargins } from '../../models/index.js';
import { certifiedLoss, certifiedOptions, rampProblem } from './certified.js';
import { defineMethod } from './method.js';

export const ibp = defineMethod({
  attacks: false,
  options: certifiedOptions,
  problem: rampProblem,
  phases: ({ rampFrom }) => [rampFrom],
  create: (options) => ({
    attacked: () => 0,
    loss: (inputs) => certifiedLoss(inputs, options, (box) => intervalMargins(inputs.model, box, inputs.labels)),
  }),
});
