/**
 * How far the network's answer has moved from what it says of the unperturbed image: what TRADES maximises (Zhang et
 * al., "Theoretically Principled Trade-off between Robustness and Accuracy", ICML 2019, section 3.4). At the image
 * itself the gradient is zero: an attack with it has to begin elsewhere.
 *
 * @module
 */
import { SaddlepointError } from '../../engine/index.js';
import { klDivergence } from '../../nn/index.js';
import type { Objective } from './objective.js';

export const klDivergenceObjective: Objective = {
  name: 'kl-divergence',
  comparesWithClean: true,
  dependsOnScale: true,
  value: (logits, _labels, _targets, clean) => {
    if (clean !== undefined) return klDivergence(clean, logits);
    throw new SaddlepointError(
      'ARGUMENT',
      'expected the logits of the unperturbed images for the objective kl-divergence, received none',
    );
  },
};
