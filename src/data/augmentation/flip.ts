/**
 * Horizontal flip: left and right change places with probability ½.
 *
 * @module
 */
import { z } from 'zod';
import { ops, tidy } from '../../engine/index.js';
import { defineAugmentation } from './augmentation.js';

/** Draws one number for each image; below `probability`, it is flipped. */
export const flip = defineAugmentation({
  options: z.strictObject({ probability: z.number().min(0).max(1).default(0.5) }),
  create:
    ({ probability }) =>
    (images, stream, indices) =>
      tidy(() => {
        const chosen = stream.uniform(indices, [1, 1, 1], images.device).lt(probability);
        return ops.where(chosen, images.flip([3]), images);
      }),
});
