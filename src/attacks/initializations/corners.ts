/**
 * A random corner of the cube of half the budget: every entry half of epsilon up or down, which is the Bernoulli noise
 * that the single steps of guided and nuclear-norm adversarial training begin with (Sriramanan et al., NeurIPS 2020 and
 * 2021). In other norms the corner is scaled to that size; where sizes are counted, there is no half of them, and the
 * start is uniform.
 *
 * @module
 */
import { tidy } from '../../engine/index.js';
import type { Initialization } from './initialization.js';
import { uniform } from './uniform.js';

export const corners: Initialization = {
  name: 'corners',
  random: true,
  perturbation: (images, norm, epsilon, stream, indices) => {
    if (norm.counts !== undefined) return uniform.perturbation(images, norm, epsilon, stream, indices);
    return tidy(() => {
      const numbers = stream.derive('corner').uniform(indices, images.shape.slice(1), images.device);
      return norm.onSphere(numbers.sub(0.5).sign(), epsilon / 2);
    });
  },
};
