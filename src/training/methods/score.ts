/**
 * SCORE (Pang et al., "Robustness and Accuracy Could Be Reconcilable by (Proper) Definition", ICML 2022): TRADES with
 * squared distances of probabilities in place of cross-entropy and divergence. A distance obeys the triangle
 * inequality, so that an answer need not be constant within the ball to be counted as robust.
 *
 *     ‖p(x) − y‖² + β ‖p(x') − p(x)‖²
 *
 * with the attack maximising the second. Deviations from the authors' implementation: label smoothing spreads its share
 * over all classes, theirs over the wrong ones; images and adversarial images go through the network as one batch.
 *
 * @module
 */
import { z } from 'zod';
import type { Tensor } from '../../engine/index.js';
import { classLogits, squaredDistance } from '../../nn/index.js';
import { defineMethod } from './method.js';
import { smoothedLabels } from './soft-labels.js';

export const score = defineMethod({
  attacks: true,
  softLabels: true,
  objective: 'squared-distance',
  options: {
    /** Weight of the distance between the answers. The paper has 3 and 4 for CIFAR-10. */
    beta: z.number().gt(0).default(4),
  },
  create: ({ beta }) => ({
    attacked: (images) => images,
    loss({ images, adversarial, labels, labelSmoothing, forward }) {
      const [clean, robust] = forward(images, adversarial) as [Tensor, Tensor];
      const logits = classLogits(clean);
      const truth = smoothedLabels(labels, logits.size(1), labelSmoothing);
      const error = logits.softmax(1).sub(truth).square().sum(1).mean();
      const distance = squaredDistance(logits, classLogits(robust)).mean();
      return { loss: error.add(distance, { alpha: beta }), clean, adversarial: robust };
    },
  }),
});
