/**
 * Independent normal numbers of standard deviation epsilon / (2 ln D) for D entries (sixth of Stutz's series;
 * epsilon / 16 for CIFAR-10), which keeps most of them below epsilon in the maximum norm. The article leaves them
 * there; here they are projected into the ball, which for L2 and L1 moves nearly all of them to its surface.
 *
 * @module
 */
import { tidy } from '../../engine/index.js';
import type { Initialization } from './initialization.js';

export const gaussian: Initialization = {
  name: 'gaussian',
  random: true,
  perturbation: (images, norm, epsilon, stream, indices) =>
    tidy(() => {
      const shape = images.shape.slice(1);
      const size = shape.reduce((product, length) => product * length, 1);
      // The logarithm of one entry would be zero.
      const deviation = epsilon / (2 * Math.log(Math.max(2, size)));
      return norm.project(stream.normal(indices, shape, images.device).mul(deviation), epsilon);
    }),
};
