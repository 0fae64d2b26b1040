/**
 * The cross-entropy, and each example's part of 4.5 times the nuclear norm of what the batch's logits have changed by:
 * what the attack of nuclear-norm adversarial training maximises (Sriramanan et al., "Towards Efficient and Effective
 * Adversarial Training", NeurIPS 2021, section 4).
 *
 * The norm is of a batch, not of an example, so this objective alone depends on which images are attacked together. It
 * is for training, and an evaluation refuses it.
 *
 * @module
 */
import { ops } from '../../engine/index.js';
import { crossEntropy } from '../../nn/index.js';
import type { Objective } from './objective.js';
import { requireClean } from './shared.js';

/** The paper's largest λ for a ResNet-18 on CIFAR-10. */
const WEIGHT = 4.5;

export const nuclearObjective: Objective = {
  name: 'nuclear',
  ofBatch: true,
  comparesWithClean: true,
  dependsOnScale: true,
  takesDistributions: true,
  value: (logits, labels, _targets, clean) => {
    const change = ops.nuclearNorm(requireClean('nuclear', clean).sub(logits)).div(logits.size(0));
    return crossEntropy(logits, labels, { reduction: 'none' }).add(change, { alpha: WEIGHT });
  },
};
