/**
 * Helper-based adversarial training (Rade and Moosavi-Dezfooli, "Reducing Excessive Margin to Achieve a Better Accuracy
 * vs. Robustness Trade-off", ICLR 2022, equation 4): TRADES, and on images moved h times as far as the adversarial
 * ones, the class that a network of standard training sees in the adversarial image. They stop the margin from growing
 * beyond what robustness needs, which costs accuracy.
 *
 *     CE(f(x), y) + β KL(f(x) ‖ f(x')) + γ CE(f(x + h (x' − x)), argmax g(x'))
 *
 * Deviation: the three kinds of images go through the network as one batch, so that batch normalisation sees them
 * together. As in the authors' code, the images moved farthest are not clipped.
 *
 * @module
 */
import { z } from 'zod';
import { noGrad, tidy, type Tensor } from '../../engine/index.js';
import { classificationLoss, classLogits, klDivergence, predictions } from '../../nn/index.js';
import { defineMethod } from './method.js';

export const hat = defineMethod({
  attacks: true,
  softLabels: true,
  objective: 'kl-divergence',
  options: {
    /** A run of standard training on the same classes, or its checkpoint: the paper's helper g. */
    helper: z.string().min(1),
    /** Weight of the divergence. The paper has 2.5 for CIFAR-10. */
    beta: z.number().min(0).default(2.5),
    /** Weight of the images moved farthest. The paper has 0.5 for CIFAR-10. */
    gamma: z.number().min(0).default(0.5),
    /** How many times as far as the adversarial images those are moved. */
    h: z.number().min(1).default(2),
  },
  create: ({ helper, beta, gamma, h }, { loadNetwork }) => {
    const network = loadNetwork(helper);
    return {
      attacked: (images) => images,
      loss({ images, adversarial, labels, labelSmoothing, forward }) {
        const farther = images.add(adversarial.sub(images), { alpha: h });
        const helped = tidy(() => noGrad(() => predictions(network.forward(adversarial))));
        const [clean, robust, far] = forward(images, adversarial, farther) as [Tensor, Tensor, Tensor];
        const accuracy = classificationLoss(clean, labels, { labelSmoothing });
        const distance = klDivergence(classLogits(clean), classLogits(robust)).mean();
        const margin = classificationLoss(far, helped);
        const loss = accuracy.add(distance, { alpha: beta }).add(margin, { alpha: gamma });
        return { loss, clean, adversarial: robust };
      },
      [Symbol.dispose]: () => {
        network.dispose();
      },
    };
  },
});
