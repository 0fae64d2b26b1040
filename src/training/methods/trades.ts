/**
 * TRADES (Zhang et al., "Theoretically Principled Trade-off between Robustness and Accuracy", ICML 2019, equation 5):
 * the cross-entropy on the images as they are, and β times how far the network's answer moves within the ball. The
 * attack maximises that distance, not the error.
 *
 * The gradient flows through both arguments of the distance, as in the authors' implementation. Deviation: images and
 * adversarial images go through the network as one batch, so that batch normalisation sees both; theirs go one after
 * the other.
 *
 * @module
 */
import { z } from 'zod';
import type { Tensor } from '../../engine/index.js';
import { classificationLoss, classLogits, klDivergence } from '../../nn/index.js';
import { defineMethod } from './method.js';

export const trades = defineMethod({
  attacks: true,
  softLabels: true,
  objective: 'kl-divergence',
  options: {
    /** Weight of the distance: larger is more robust, and less often right. The paper has 6 for CIFAR-10. */
    beta: z.number().gt(0).default(6),
  },
  create: ({ beta }) => ({
    attacked: (images) => images,
    loss({ images, adversarial, labels, labelSmoothing, forward }) {
      const [clean, robust] = forward(images, adversarial) as [Tensor, Tensor];
      const accuracy = classificationLoss(clean, labels, { labelSmoothing });
      const distance = klDivergence(classLogits(clean), classLogits(robust)).mean();
      return { loss: accuracy.add(distance, { alpha: beta }), clean, adversarial: robust };
    },
  }),
});
