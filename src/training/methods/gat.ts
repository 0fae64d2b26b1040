/**
 * Guided adversarial training (Sriramanan et al., "Guided Adversarial Attack for Evaluating and Enhancing Adversarial
 * Defenses", NeurIPS 2020, section 4): the cross-entropy on the images as they are, and λ times the squared distance
 * between the probabilities of images and adversarial images, which a single step finds.
 *
 * In the paper the attack is one step of epsilon from noise of half the budget: `attack: { name: pgd, steps: 1,
 * stepSize: 8/255, initialization: corners, iterate: last }`.
 *
 * Deviations: the authors' attack takes its guide in every other step alone; images and adversarial images go through
 * the network as one batch.
 *
 * @module
 */
import { z } from 'zod';
import type { Tensor } from '../../engine/index.js';
import { classificationLoss, classLogits, squaredDistance } from '../../nn/index.js';
import { defineMethod } from './method.js';

export const gat = defineMethod({
  attacks: true,
  softLabels: true,
  objective: 'guided',
  options: {
    /** Weight of the distance between the probabilities: the paper's λ. */
    guidance: z.number().min(0).default(10),
  },
  create: ({ guidance }) => ({
    attacked: (images) => images,
    loss({ images, adversarial, labels, labelSmoothing, forward }) {
      const [clean, robust] = forward(images, adversarial) as [Tensor, Tensor];
      const distance = squaredDistance(classLogits(clean), classLogits(robust)).mean();
      const accuracy = classificationLoss(clean, labels, { labelSmoothing });
      return { loss: accuracy.add(distance, { alpha: guidance }), clean, adversarial: robust };
    },
  }),
});
