/**
 * MART (Wang et al., "Improving Adversarial Robustness Requires Revisiting Misclassified Examples", ICLR 2020, equation
 * 11): a cross-entropy of the adversarial images that is boosted by the most probable wrong class, and β times how far
 * the network's answer moves, weighed by how unsure it is of the image as it is. Both ask for the one right class, so
 * labels that are distributions are not taken.
 *
 * Deviations: the distance is of the exact logarithms, where the authors add 1e-12 to the probabilities; images and
 * adversarial images go through the network as one batch, so that batch normalisation sees both.
 *
 * @module
 */
import { z } from 'zod';
import type { Tensor } from '../../engine/index.js';
import { classificationLoss, classLogits, klDivergence } from '../../nn/index.js';
import { defineMethod } from './method.js';

/** Keeps the logarithm of what the wrong class leaves finite: the authors' numbers. */
const [ALMOST_ONE, TINY] = [1.0001, 1e-12] as const;

export const mart = defineMethod({
  attacks: true,
  options: {
    /** Weight of the distance: larger is more robust, and less often right. The paper has 5 for CIFAR-10. */
    beta: z.number().gt(0).default(5),
  },
  create: ({ beta }) => ({
    attacked: (images) => images,
    loss({ images, adversarial, labels, labelSmoothing, forward }) {
      const [clean, robust] = forward(images, adversarial) as [Tensor, Tensor];
      const [natural, attacked] = [classLogits(clean), classLogits(robust)];
      const truth = labels.reshape([-1, 1]);
      const wrong = attacked
        .softmax(1)
        .scatter(1, truth, 0)
        .amax({ dim: [1] });
      const boost = wrong
        .neg()
        .add(ALMOST_ONE + TINY)
        .log()
        .mean()
        .neg();
      const unsure = natural.softmax(1).gather(1, truth).squeeze(1).neg().add(1);
      const distance = klDivergence(natural, attacked).mul(unsure).mean();
      const error = classificationLoss(robust, labels, { labelSmoothing }).add(boost);
      return { loss: error.add(distance, { alpha: beta }), clean, adversarial: robust };
    },
  }),
});
