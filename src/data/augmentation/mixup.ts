/**
 * MixUp (Zhang, Cisse, Dauphin and Lopez-Paz, "mixup: Beyond Empirical Risk Minimization", ICLR 2018, equation 1): each
 * image becomes a convex combination with another of its batch, and its label with the other's label.
 *
 * Deviation: each image has a share of its own, drawn of Beta(α, α), where the authors' code draws one for a batch.
 *
 * @module
 */
import { z } from 'zod';
import { tidy } from '../../engine/index.js';
import { defineMixing } from './augmentation.js';
import { besideImages, mixLabels, partnersOf, sharesKept } from './mixture.js';

export const mixup = defineMixing({
  mixes: true,
  options: z.strictObject({
    /**
     * Of the Beta distribution: near 0 one image is almost alone, at 1 all shares are alike. The paper's CIFAR-10: 1.
     */
    alpha: z.number().gt(0).max(100).default(1),
    /** That an image is mixed. */
    probability: z.number().min(0).max(1).default(1),
  }),
  create:
    ({ alpha, probability }) =>
    (batch, stream, indices) =>
      tidy(() => {
        const { images, labels } = batch;
        const partners = partnersOf(stream, indices).to({ device: images.device });
        const kept = besideImages(sharesKept(stream, indices, alpha, probability), images);
        const own = kept.reshape([-1, 1, 1, 1]);
        const others = images.indexSelect(0, partners).mul(own.neg().add(1));
        // Rounding may leave [0, 1] where both images are white.
        const mixed = images.mul(own).add(others).clamp({ min: 0, max: 1 });
        return { images: mixed, labels: mixLabels({ ...batch, labels }, partners, kept) };
      }),
});
