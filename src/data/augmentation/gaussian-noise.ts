/**
 * Gaussian noise, as the base classifiers of randomised smoothing are trained with (Cohen, Rosenfeld and Kolter, ICML
 * 2019, section 3.3; before them Lecuyer et al., 2019).
 *
 * @module
 */
import { z } from 'zod';
import { tidy } from '../../engine/index.js';
import { defineAugmentation } from './augmentation.js';

/**
 * Adds noise of the standard deviation `sigma` to each value. It is not clipped, as that of a certificate is not: the
 * result leaves [0, 1], so that nothing but the network comes after it.
 */
export const gaussianNoise = defineAugmentation({
  options: z.strictObject({ sigma: z.number().gt(0).default(0.25) }),
  create:
    ({ sigma }) =>
    (images, stream, indices) =>
      tidy(() => stream.normal(indices, images.shape.slice(1), images.device).mul(sigma).add(images)),
});
