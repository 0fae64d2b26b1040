/**
 * What the operations of AutoAugment share. They work on whole grey levels, as Pillow does on bytes, and each
 * agrees with Pillow's to within one level; test/golden/augment.json holds the images that show it.
 *
 * @module
 */
import { tensor, type Tensor } from '../../../engine/index.js';

/**
 * @param levels float32 [n, C, H, W], whole numbers from 0 to 255; of one (grey) or three (colour) channels
 * @param amounts one number an image; what it means is the operation's
 * @param fill the levels of uncovered pixels, one a channel
 * @returns as `levels`
 */
export type Operation = (levels: Tensor, amounts: readonly number[], fill: readonly number[]) => Tensor;

/** One number an image, as [n, 1, 1, 1] beside `levels`. */
export function perImage(amounts: readonly number[], levels: Tensor): Tensor {
  return tensor(Float64Array.from(amounts), {
    shape: [amounts.length, 1, 1, 1],
    dtype: 'float32',
    device: levels.device,
  });
}
