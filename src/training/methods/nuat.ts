/**
 * Nuclear-norm adversarial training (Sriramanan et al., "Towards Efficient and Effective Adversarial Training", NeurIPS
 * 2021, section 4): the cross-entropy on the images as they are, and λ times the nuclear norm of what a batch's logits
 * change by, which a single step finds. λ grows from 0 over the first nine tenths of the training.
 *
 * The paper's attack is one step of epsilon from random corners of half the budget: `attack: { name: pgd, steps: 1,
 * stepSize: 8/255, initialization: corners, iterate: last }`.
 *
 * Deviations: the attack's λ stays, and it takes the norm in every step, the authors' in every other; where cores share
 * a batch, each attacks the norm of its share; λ grows with the steps, theirs with the epochs; images and adversarial
 * images go through the network as one batch.
 *
 * @module
 */
import { z } from 'zod';
import { ops, type Tensor } from '../../engine/index.js';
import { classificationLoss, classLogits } from '../../nn/index.js';
import { defineMethod } from './method.js';

/** The share of the training over which λ grows. */
const GROWS = 0.9;

export const nuat = defineMethod({
  attacks: true,
  softLabels: true,
  objective: 'nuclear',
  options: {
    /** The largest weight of the norm: the paper's λ, 4.5 for a ResNet-18 on CIFAR-10. */
    lambda: z.number().min(0).default(4.5),
  },
  create: ({ lambda }) => ({
    attacked: (images) => images,
    loss({ images, adversarial, labels, labelSmoothing, progress, forward }) {
      const [clean, robust] = forward(images, adversarial) as [Tensor, Tensor];
      const change = ops.nuclearNorm(classLogits(clean).sub(classLogits(robust))).div(images.size(0));
      const accuracy = classificationLoss(clean, labels, { labelSmoothing });
      const weight = lambda * Math.min(1, progress / GROWS);
      return { loss: accuracy.add(change, { alpha: weight }), clean, adversarial: robust };
    },
  }),
});
