/**
 * The largest probability of any class, for images that show none: noise that a network is sure of (Hein,
 * Andriushchenko and Bitterwolf, "Why ReLU Networks Yield High-Confidence Predictions Far Away from the Training Data",
 * CVPR 2019, section 4; the `max_p_loss` of David Stutz's article on distal adversarial examples). Labels do not
 * matter.
 *
 * @module
 */
import type { Objective } from './objective.js';

export const anyConfidenceObjective: Objective = {
  name: 'any-confidence',
  ignoresLabels: true,
  value: (logits) => logits.softmax(1).amax({ dim: 1 }),
};
