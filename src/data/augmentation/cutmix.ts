/**
 * CutMix (Yun et al., "CutMix: Regularization Strategy to Train Strong Classifiers with Localizable Features", ICCV
 * 2019, equations 1 and 2): a rectangle of each image is replaced by the same rectangle of another one of its batch,
 * and the label mixed by the areas that are left. It is what keeps robust overfitting away from averaged weights
 * (Rebuffi et al., "Fixing Data Augmentation to Improve Adversarial Robustness", 2021).
 *
 * Deviation: each image has a rectangle of its own, where the authors' code draws one for a batch.
 *
 * @module
 */
import { z } from 'zod';
import { ops, tidy } from '../../engine/index.js';
import { defineMixing } from './augmentation.js';
import { besideImages, insideRectangles, mixLabels, partnersOf, sharesKept, type Rectangle } from './mixture.js';

export const cutmix = defineMixing({
  mixes: true,
  options: z.strictObject({
    /** Of the Beta distribution that the share of the area is drawn of. The paper's: 1, all areas alike. */
    alpha: z.number().gt(0).max(100).default(1),
    /** That an image is mixed; the authors have 0.5 for CIFAR-10. */
    probability: z.number().min(0).max(1).default(0.5),
  }),
  create:
    ({ alpha, probability }) =>
    (batch, stream, indices) =>
      tidy(() => {
        const { images } = batch;
        const [, , height = 0, width = 0] = images.shape;
        const partners = partnersOf(stream, indices).to({ device: images.device });
        const centres = stream.derive('centre').uniform(indices, [2]).toNumbers();
        const rectangles = sharesKept(stream, indices, alpha, probability).map((kept, i): Rectangle => {
          const side = Math.sqrt(1 - kept);
          const [top, bottom] = span(height, side, centres[2 * i]!);
          const [left, right] = span(width, side, centres[2 * i + 1]!);
          return { top, bottom, left, right };
        });
        // Rectangles are cut off at the edges: what counts is what was pasted.
        const kept = rectangles.map((r) => 1 - ((r.bottom - r.top) * (r.right - r.left)) / (height * width));
        const pasted = ops.where(insideRectangles(rectangles, images), images.indexSelect(0, partners), images);
        return { images: pasted, labels: mixLabels(batch, partners, besideImages(kept, images)) };
      }),
});

/** Where a rectangle begins and ends along one side of the image. @param centre in [0, 1), of all pixels alike */
function span(size: number, share: number, centre: number): [start: number, end: number] {
  const half = Math.floor(Math.floor(size * share) / 2);
  const middle = Math.floor(size * centre);
  return [Math.max(0, middle - half), Math.min(size, middle + half)];
}
