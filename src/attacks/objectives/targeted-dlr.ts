/**
 * The targeted difference of logits ratio (Croce and Hein, ICML 2020, equation 7): the target's logit minus the true
 * one, divided by the distance of the largest from the mean of the third and the fourth largest. It needs four classes.
 *
 * @module
 */
import { leastLikely } from '../targets.js';
import { EPSILON } from './dlr.js';
import type { Objective } from './objective.js';
import { logitOf, requireClasses, requireTargets } from './shared.js';

const name = 'targeted-dlr';
const CLASSES = 4;

export const targetedDlrObjective: Objective = {
  name,
  targets: leastLikely,
  minimumClasses: CLASSES,
  value: (logits, labels, targets) => {
    requireClasses(name, logits, CLASSES, 'targeted-margin');
    const [largest] = logits.topk(4, { dim: 1 });
    const [first, third, fourth] = [0, 2, 3].map((rank) => largest.select(1, rank)) as [
      typeof logits,
      typeof logits,
      typeof logits,
    ];
    const spread = first.sub(third.add(fourth).div(2)).add(EPSILON);
    return logitOf(logits, requireTargets(name, targets)).sub(logitOf(logits, labels)).div(spread);
  },
};
