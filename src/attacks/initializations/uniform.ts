/**
 * Uniform in the ball: for the maximum norm the cube of Madry et al. (ICLR 2018), for the others what their own
 * files say.
 *
 * @module
 */
import { drawFor, type Initialization } from './initialization.js';

export const uniform: Initialization = {
  name: 'uniform',
  random: true,
  perturbation: (images, norm, epsilon, stream, indices) => norm.uniform(drawFor(images, stream, indices), epsilon),
};
