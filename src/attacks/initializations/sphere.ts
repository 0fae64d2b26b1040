/**
 * On the surface of the ball: a direction of normal numbers, stretched to size epsilon. For L2 every point of the
 * surface is equally likely; for the other norms it is Stutz's choice, and not uniform.
 *
 * @module
 */
import { tidy } from '../../engine/index.js';
import type { Initialization } from './initialization.js';

export const sphere: Initialization = {
  name: 'sphere',
  random: true,
  perturbation: (images, norm, epsilon, stream, indices) =>
    tidy(() => {
      const direction = stream.derive('direction').normal(indices, images.shape.slice(1), images.device);
      return norm.onSphere(direction, epsilon);
    }),
};
