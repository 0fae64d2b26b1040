/**
 * The largest wrong logit minus the true one (Carlini and Wagner, "Towards Evaluating the Robustness of Neural
 * Networks", S&P 2017, section V-A, function f6, here untargeted and without the stop at -κ): positive where the
 * network is fooled.
 *
 * @module
 */
import type { Objective } from './objective.js';
import { largestWrong, logitOf } from './shared.js';

export const marginObjective: Objective = {
  name: 'margin',
  value: (logits, labels) => largestWrong(logits, labels).sub(logitOf(logits, labels)),
};
