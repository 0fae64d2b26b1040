/**
 * The squared distance between the probabilities of the image as it is and of the candidate: what the attack of SCORE
 * maximises (Pang et al., "Robustness and Accuracy Could Be Reconcilable by (Proper) Definition", ICML 2022). At the
 * image itself the gradient is zero: an attack with it has to begin elsewhere.
 *
 * @module
 */
import { SaddlepointError } from '../../engine/index.js';
import type { Objective } from './objective.js';

export const squaredDistanceObjective: Objective = {
  name: 'squared-distance',
  comparesWithClean: true,
  dependsOnScale: true,
  value: (logits, _labels, _targets, clean) => {
    if (clean !== undefined) return logits.softmax(1).sub(clean.softmax(1)).square().sum(1);
    throw new SaddlepointError(
      'ARGUMENT',
      'expected the logits of the unperturbed images for the objective squared-distance, received none',
    );
  },
};
