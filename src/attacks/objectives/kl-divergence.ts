/**
 * How far the network's answer has moved from what it says of the unperturbed image: what TRADES maximises (Zhang et
 * al., "Theoretically Principled Trade-off between Robustness and Accuracy", ICML 2019, section 3.4). At the image
 * itself the gradient is zero: an attack with it has to begin elsewhere.
 *
 * @module
 */
import { klDivergence } from '../../nn/index.js';
import type { Objective } from './objective.js';
import { requireClean } from './shared.js';

export const klDivergenceObjective: Objective = {
  name: 'kl-divergence',
  comparesWithClean: true,
  dependsOnScale: true,
  value: (logits, _labels, _targets, clean) => klDivergence(requireClean('kl-divergence', clean), logits),
};
