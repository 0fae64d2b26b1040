/**
 * SmoothAdv (Salman et al., "Provably Robust Deep Learning via Adversarially Trained Smoothed Classifiers", NeurIPS
 * 2019, section 2.2 and pseudocode 1): the cross-entropy on adversarial images with Gaussian noise, where the attack
 * works against the smoothed classifier and the noise is the attack's own. Its standard deviation and copies are those
 * of the attack, `smooth-pgd`. Labels that are distributions, which the paper has none of, are those of every copy.
 *
 * @module
 */
import { classificationLoss } from '../../nn/index.js';
import { defineMethod } from './method.js';

export const smoothAdv = defineMethod({
  attacks: true,
  softLabels: true,
  attackNames: ['smooth-pgd'],
  options: {},
  create: () => ({
    attacked: (images) => images,
    loss({ adversarial, labels, labelSmoothing, forward, attackNoise }) {
      const noise = attackNoise();
      const examples = adversarial.size(0);
      const copies = noise.size(0) / examples;
      const logits = forward(adversarial.repeat([copies, 1, 1, 1]).add(noise))[0]!;
      return {
        loss: classificationLoss(logits, labels.repeat(labels.ndim === 2 ? [copies, 1] : [copies]), { labelSmoothing }),
        adversarial: logits.narrow(0, 0, examples),
      };
    },
  }),
});
