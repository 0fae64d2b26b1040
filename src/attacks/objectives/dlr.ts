/**
 * The difference of logits ratio (Croce and Hein, "Reliable Evaluation of Adversarial Robustness with an Ensemble of
 * Diverse Parameter-free Attacks", ICML 2020, equation 6): the margin divided by the distance of the largest from the
 * third largest logit, so that neither shifting nor scaling the logits changes it. It needs three classes.
 *
 * @module
 */
import type { Objective } from './objective.js';
import { largestWrong, logitOf, requireClasses } from './shared.js';

const name = 'dlr';
const CLASSES = 3;
/** Where the three largest logits are equal; the reference implementation's. */
export const EPSILON = 1e-12;

export const dlrObjective: Objective = {
  name,
  minimumClasses: CLASSES,
  value: (logits, labels) => {
    requireClasses(name, logits, CLASSES, 'cross-entropy or margin');
    const [largest] = logits.topk(3, { dim: 1 });
    const spread = largest.select(1, 0).sub(largest.select(1, 2)).add(EPSILON);
    return largestWrong(logits, labels).sub(logitOf(logits, labels)).div(spread);
  },
};
