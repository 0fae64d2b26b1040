/**
 * Adversarial training: the cross-entropy on adversarial images made anew for every batch (Madry et al., "Towards Deep
 * Learning Models Resistant to Adversarial Attacks", ICLR 2018, equation 2.1).
 *
 * @module
 */
import { z } from 'zod';
import { ops } from '../../engine/index.js';
import { classificationLoss } from '../../nn/index.js';
import { defineMethod } from './method.js';

/** Adversarial training (Madry et al., ICLR 2018). */
export const madry = defineMethod({
  attacks: true,
  softLabels: true,
  options: {
    /**
     * Share of each batch that is attacked, in (0, 1]; the first part stays clean. Each image weighs the same, so the
     * loss is q · clean + (1 - q) · adversarial for a clean share q.
     */
    adversarialRatio: z.number().gt(0).max(1).default(1),
  },
  create: ({ adversarialRatio }) => ({
    // The nearest number to their share, but at least one.
    attacked: (images) => Math.max(1, Math.round(adversarialRatio * images)),
    loss({ images, adversarial, labels, labelSmoothing, forward }) {
      const [total, attacked] = [images.size(0), adversarial.size(0)];
      const clean = total - attacked;
      const inputs = clean === 0 ? adversarial : ops.cat([images.narrow(0, 0, clean), adversarial]);
      const logits = forward(inputs)[0]!;
      return {
        loss: classificationLoss(logits, labels, { labelSmoothing }),
        clean: clean === 0 ? undefined : logits.narrow(0, 0, clean),
        adversarial: logits.narrow(0, clean, attacked),
      };
    },
  }),
});
