/**
 * Adversarial logit pairing (Kannan, Kurakin and Goodfellow, 2018, section 3): the cross-entropy of images and
 * adversarial images, and λ times the squared distance between their logits. It needs strong attacks: with weak ones
 * networks learn to hide their gradients (Engstrom, Ilyas and Athalye, 2018).
 *
 * Deviation: images and adversarial images weigh half each in the cross-entropy, as in the paper's mixed minibatch.
 *
 * @module
 */
import { z } from 'zod';
import type { Tensor } from '../../engine/index.js';
import { classificationLoss } from '../../nn/index.js';
import { defineMethod } from './method.js';

export const alp = defineMethod({
  attacks: true,
  softLabels: true,
  options: {
    /** Weight of the distance between the logits. */
    pairing: z.number().min(0).default(0.5),
  },
  create: ({ pairing }) => ({
    attacked: (images) => images,
    loss({ images, adversarial, labels, labelSmoothing, forward }) {
      const [clean, robust] = forward(images, adversarial) as [Tensor, Tensor];
      const error = (logits: Tensor) => classificationLoss(logits, labels, { labelSmoothing });
      const distance = clean.sub(robust).square().mean();
      const loss = error(clean).add(error(robust)).mul(0.5).add(distance, { alpha: pairing });
      return { loss, clean, adversarial: robust };
    },
  }),
});
