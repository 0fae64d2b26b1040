/**
 * Minus the cross-entropy of a target class: the attack makes the network say that class (Kurakin, Goodfellow and
 * Bengio, "Adversarial Machine Learning at Scale", ICLR 2017). The default target is the class the
 * network thinks least likely, as there.
 *
 * @module
 */
import { crossEntropy } from '../../nn/index.js';
import { leastLikely } from '../targets.js';
import type { Objective } from './objective.js';
import { requireTargets } from './shared.js';

const name = 'targeted-cross-entropy';

export const targetedCrossEntropyObjective: Objective = {
  name,
  targets: leastLikely,
  dependsOnScale: true,
  value: (logits, _, targets) => crossEntropy(logits, requireTargets(name, targets), { reduction: 'none' }).neg(),
};
