/**
 * Cutout (DeVries and Taylor, 2017): a square somewhere in the image is painted over.
 *
 * @module
 */
import { z } from 'zod';
import { ops, tidy } from '../../engine/index.js';
import { defineAugmentation } from './augmentation.js';
import { colourTensor, fillColour, fillOption } from './fill.js';

const options = z.strictObject({ length: z.int().min(1).default(16), fill: fillOption });

/**
 * Draws for each image the row, then the column, of the hole's centre, uniform over all pixels: near an edge a
 * part of the hole lies outside, and what remains is from half the length to all of it a side. Always applied.
 */
export const cutout = defineAugmentation({
  options,
  create:
    ({ length, fill }) =>
    (images, stream, indices) =>
      tidy(() => {
        const [, channels = 0, height = 0, width = 0] = images.shape;
        const { device } = images;
        const centres = stream.uniform(indices, [2], device);
        const covered = (size: number, axis: number, shape: readonly number[]) => {
          const start = centres
            .select(1, axis)
            .mul(size)
            .floor()
            .sub(Math.floor(length / 2));
          const offset = ops
            .arange(size, { dtype: 'float32', device })
            .sub(start.unsqueeze(1))
            .reshape([-1, ...shape]);
          return offset.ge(0).logicalAnd(offset.lt(length));
        };
        const hole = covered(height, 0, [1, height, 1]).logicalAnd(covered(width, 1, [1, 1, width]));
        return ops.where(hole, colourTensor(fillColour(fill, channels), images), images);
      }),
});
