/**
 * Free adversarial training (Shafahi et al., "Adversarial Training for Free!", NeurIPS 2019, algorithm 1): every batch
 * is trained on m times, and the backward pass that updates the weights gives the gradient that moves the images for
 * the next time, so that adversarial images cost nothing. Train for a m-th of the epochs.
 *
 * Its attack is named for norm and epsilon alone: `attack: { name: fgsm, epsilon: 8/255 }`, each step of length
 * epsilon; recipes that say more of it are refused.
 *
 * Deviation: the perturbation of a batch begins anew at a random point of the ball, which belongs to its images, where
 * the authors' goes on from the batch before; so a resumed training is the same to the bit.
 *
 * @module
 */
import { z } from 'zod';
import { defineMethod } from './method.js';
import { madry } from './madry.js';

export const free = defineMethod({
  attacks: true,
  softLabels: true,
  attackNames: ['fgsm'],
  ownSteps: true,
  options: {
    /** How often a batch is trained on: the paper's m. It has 8 for CIFAR-10. */
    replays: z.int().min(1).default(8),
  },
  create: ({ replays }) => ({ ...madry.create({ adversarialRatio: 1 }), replays }),
});
