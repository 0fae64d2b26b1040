/**
 * The squared distance between the probabilities of the image as it is and of the candidate: what the attack of SCORE
 * maximises (Pang et al., "Robustness and Accuracy Could Be Reconcilable by (Proper) Definition", ICML 2022). At the
 * image itself the gradient is zero: an attack with it has to begin elsewhere.
 *
 * @module
 */
import { squaredDistance } from '../../nn/index.js';
import type { Objective } from './objective.js';
import { requireClean } from './shared.js';

export const squaredDistanceObjective: Objective = {
  name: 'squared-distance',
  comparesWithClean: true,
  dependsOnScale: true,
  value: (logits, _labels, _targets, clean) => squaredDistance(requireClean('squared-distance', clean), logits),
};
