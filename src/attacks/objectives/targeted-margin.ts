/**
 * The target's logit minus the true one (Carlini and Wagner, "Towards Evaluating the Robustness of Neural Networks",
 * S&P 2017, section V-A, function f6, without the stop at -κ, and with the true class where they take the largest):
 * positive only where the network is fooled. The targeted difference of logits ratio without its denominator, defined
 * for any number of classes; by default the target is the class the network thinks least likely.
 *
 * @module
 */
import { leastLikely } from '../targets.js';
import type { Objective } from './objective.js';
import { logitOf, requireTargets } from './shared.js';

const name = 'targeted-margin';

export const targetedMarginObjective: Objective = {
  name,
  targets: leastLikely,
  value: (logits, labels, targets) => logitOf(logits, requireTargets(name, targets)).sub(logitOf(logits, labels)),
};
