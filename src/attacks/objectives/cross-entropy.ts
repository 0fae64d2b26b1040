/**
 * Untargeted cross-entropy: the loss the network was trained with.
 *
 * With d the logarithm of the odds of all wrong classes together it is log(1 + exp(d)). Where the network is nearly
 * certain, float32 has no digits left for that: from d = -17 on the true class's probability is 1 and its logit has no
 * gradient, and from -104 on nothing has. There the tangent goes on instead. It rises with the loss and has its
 * gradient's direction, so attacks, which compare values and follow directions, search as with exact numbers. Elsewhere
 * it is cross-entropy itself. So it is everywhere where labels are distributions over the classes.
 *
 * @module
 */
import { ops, type Tensor } from '../../engine/index.js';
import { crossEntropy } from '../../nn/index.js';
import type { Objective } from './objective.js';
import { logitOf } from './shared.js';

/** Log-odds below which the tangent replaces the curve: float32 still knows 1 - p to a thousandth. */
const CERTAIN = -10;
const SLOPE = 1 / (1 + Math.exp(-CERTAIN));
const VALUE = Math.log1p(Math.exp(CERTAIN));

export const crossEntropyObjective: Objective = {
  name: 'cross-entropy',
  dependsOnScale: true,
  takesDistributions: true,
  value: (logits, labels) => {
    if (labels.ndim === 2) return crossEntropy(logits, labels, { reduction: 'none' });
    const odds = oddsOfWrong(logits, labels);
    const tangent = odds.sub(CERTAIN).mul(SLOPE).add(VALUE);
    return ops.where(odds.lt(CERTAIN), tangent, crossEntropy(logits, labels, { reduction: 'none' }));
  },
};

/** The logarithm of the odds that the class is not the true one, float [N]. */
function oddsOfWrong(logits: Tensor, labels: Tensor): Tensor {
  const wrong = logits.scatter(1, labels.unsqueeze(1), -Infinity);
  return wrong.logsumexp([1]).sub(logitOf(logits, labels));
}
