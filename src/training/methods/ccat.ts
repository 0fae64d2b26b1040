/**
 * Confidence-calibrated adversarial training (Stutz, Hein and Schiele, "Confidence-Calibrated Adversarial Training:
 * Generalizing to Unseen Attacks", ICML 2020, algorithm 1): the farther an image was moved, the less sure the network
 * has to be of it, down to no answer at the budget and, as it extrapolates, beyond it. Judge it with a reject option,
 * which is what it is for.
 *
 * Half of the batch is attacked; the target of an adversarial image at share s of the budget is its class with weight
 * λ = (1 − s)^ρ and all classes alike with 1 − λ. The attack seeks confident errors: the largest probability of a wrong
 * class. So an image has one right class, and labels that are distributions are not taken.
 *
 * @module
 */
import { z } from 'zod';
import type { Tensor } from '../../engine/index.js';
import { classificationLoss, classLogits, crossEntropy } from '../../nn/index.js';
import { defineMethod } from './method.js';
import { smoothedLabels } from './soft-labels.js';

export const ccat = defineMethod({
  attacks: true,
  objective: 'confidence',
  asksShare: true,
  options: {
    /** How fast the target becomes uniform: the paper's ρ. */
    rho: z.number().gt(0).default(10),
  },
  create: ({ rho }) => ({
    attacked: (images) => Math.ceil(images / 2),
    loss({ images, adversarial, labels, labelSmoothing, budgetShare, forward }) {
      const [attacked, all] = [adversarial.size(0), images.size(0)];
      const kept = all - attacked;
      const parts = kept === 0 ? [adversarial] : [images.narrow(0, 0, kept), adversarial];
      const [robust, clean] = forward(...parts).reverse() as [Tensor, Tensor?];
      const logits = classLogits(robust);
      const uniform = budgetShare().clamp({ min: 0, max: 1 }).neg().add(1).pow(rho).neg().add(1);
      const target = smoothedLabels(labels.narrow(0, kept, attacked), logits.size(1), uniform);
      const calibrated = crossEntropy(logits, target).mul(attacked / all);
      if (clean === undefined) return { loss: calibrated, adversarial: robust };
      const accuracy = classificationLoss(clean, labels.narrow(0, 0, kept), { labelSmoothing });
      return { loss: calibrated.add(accuracy, { alpha: kept / all }), clean, adversarial: robust };
    },
  }),
});
