/**
 * The cross-entropy, and ten times the squared distance from the probabilities of the unperturbed image: what the
 * attack of guided adversarial training maximises (Sriramanan et al., "Guided Adversarial Attack for Evaluating and
 * Enhancing Adversarial Defenses", NeurIPS 2020, section 4). The distance gives the first step a direction where the
 * error has none.
 *
 * Deviation: the weight stays; the authors' falls to zero over the steps of a multi-step attack.
 *
 * @module
 */
import { crossEntropy, squaredDistance } from '../../nn/index.js';
import type { Objective } from './objective.js';
import { requireClean } from './shared.js';

/** The paper's λ of the attack for CIFAR-10. */
const WEIGHT = 10;

export const guidedObjective: Objective = {
  name: 'guided',
  comparesWithClean: true,
  dependsOnScale: true,
  takesDistributions: true,
  value: (logits, labels, _targets, clean) => {
    const distance = squaredDistance(requireClean('guided', clean), logits);
    return crossEntropy(logits, labels, { reduction: 'none' }).add(distance, { alpha: WEIGHT });
  },
};
