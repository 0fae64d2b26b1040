/**
 * The maximum norm: every pixel may change by at most epsilon.
 *
 * @module
 */
import type { Norm } from './norm.js';

export const linf: Norm = {
  name: 'linf',
  magnitude: (perturbation) => perturbation.abs().flatten({ startDim: 1 }).amax({ dim: 1 }),
  steepestAscent: (gradient) => gradient.sign(),
  project: (perturbation, epsilon) => perturbation.clamp({ min: -epsilon, max: epsilon }),
};
