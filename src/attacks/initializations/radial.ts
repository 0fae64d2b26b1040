/**
 * The start of Stutz's article (section 2.4 of the facts; there called uniform): a direction of normal numbers,
 * stretched to the sphere, times one uniform number an example. It is unusual: the radius is uniform, not the point, so
 * that most starts lie near the image. In the maximum norm a pixel moves by 0.11 epsilon on average, where a point
 * uniform in the cube has 0.5.
 *
 * @module
 */
import { tidy } from '../../engine/index.js';
import { perExample } from '../norms/shared.js';
import type { Initialization } from './initialization.js';
import { sphere } from './sphere.js';

export const radial: Initialization = {
  name: 'radial',
  random: true,
  perturbation: (images, norm, epsilon, stream, indices) =>
    tidy(() => {
      const surface = sphere.perturbation(images, norm, epsilon, stream, indices);
      const radius = stream.derive('radius').uniform(indices, [], images.device);
      return surface.mul(perExample(radius, surface));
    }),
};
