/**
 * Random crop: the image moves by up to `padding` pixels each way; what it uncovers gets the fill colour.
 *
 * @module
 */
import { z } from 'zod';
import { ops, tidy, type Tensor } from '../../engine/index.js';
import { defineAugmentation } from './augmentation.js';
import { colourTensor, fillLevels, fillOption } from './fill.js';

const options = z.strictObject({ padding: z.int().min(0).default(4), fill: fillOption });

/** Draws for each image: its row offset, then its column offset, uniform on 0 … 2 padding. */
export const randomCrop = defineAugmentation({
  options,
  create:
    ({ padding, fill }) =>
    (images, stream, indices) =>
      tidy(() => {
        const [, channels = 0, height = 0, width = 0] = images.shape;
        const offsets = stream.integers(indices, [2], 2 * padding + 1, images.device);
        const colour = colourTensor(fillLevels(fill, channels), images).div(255);
        const padded = padWith(images, padding, colour);
        // Every row and column of every image, picked by position: [N, 1, H, 1] and [N, 1, 1, W].
        const along = (size: number, shape: readonly number[], axis: number) =>
          ops
            .arange(size, { dtype: 'int64', device: images.device })
            .reshape(shape)
            .add(offsets.select(1, axis).reshape([-1, 1, 1, 1]));
        const rows = along(height, [1, 1, height, 1], 0);
        const columns = along(width, [1, 1, 1, width], 1);
        const wide = padded.gather(2, rows.expand([-1, channels, -1, width + 2 * padding]));
        return wide.gather(3, columns.expand([-1, channels, height, -1]));
      }),
});

function padWith(images: Tensor, padding: number, colour: Tensor): Tensor {
  const [count = 0, channels = 0, height = 0, width = 0] = images.shape;
  const size = [count, channels, height + 2 * padding, width + 2 * padding];
  const padded = colour.expand(size).contiguous();
  padded.narrow(2, padding, height).narrow(3, padding, width).copy_(images);
  return padded;
}
