/**
 * Where Auto-PGD starts: at a random point on the surface of the ball, brought into the box.
 *
 * @module
 */
import { tidy, type RandomStream, type Tensor } from '../../engine/index.js';
import { drawFor, type Initialization } from '../initializations/initialization.js';
import { sphere } from '../initializations/sphere.js';
import { projectOntoL1BallAndBox } from '../norms/index.js';

/**
 * For L-infinity uniform noise stretched until its largest entry is epsilon; for L2 a direction of normal numbers
 * (Croce and Hein, ICML 2020, section 4.1); for L1 normal noise projected onto ball and box together ("Mind the box",
 * ICML 2021), which changes few entries.
 */
export const apgdStart: Initialization = {
  name: 'apgd',
  random: true,
  perturbation: (images, norm, epsilon, stream, indices) => {
    if (norm.name === 'l2') return sphere.perturbation(images, norm, epsilon, stream, indices);
    return tidy(() => {
      if (norm.name === 'l1') return projectOntoL1BallAndBox(images, noise(images, stream, indices), epsilon);
      const { shape, device } = drawFor(images, stream, indices);
      return norm.onSphere(stream.derive('noise').uniform(indices, shape, device).mul(2).sub(1), epsilon);
    });
  },
};

function noise(images: Tensor, stream: RandomStream, indices: Tensor): Tensor {
  const { shape, device } = drawFor(images, stream, indices);
  return stream.derive('noise').normal(indices, shape, device);
}
