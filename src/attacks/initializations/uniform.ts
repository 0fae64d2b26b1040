/**
 * Uniform in the cube of half-width epsilon, projected into the ball: for the maximum norm the uniform
 * distribution in the ball, as in Madry et al. (ICLR 2018).
 *
 * @module
 */
import type { Initialization } from './initialization.js';

export const uniform: Initialization = {
  name: 'uniform',
  random: true,
  perturbation: (images, norm, epsilon, stream, indices) => {
    const cube = stream
      .uniform(indices, images.shape.slice(1), images.device)
      .mul(2 * epsilon)
      .sub(epsilon);
    return norm.project(cube, epsilon);
  },
};
