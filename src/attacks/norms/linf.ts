/**
 * The maximum norm: every pixel may change by at most epsilon.
 *
 * @module
 */
import { SaddlepointError } from '../../engine/index.js';
import type { Norm } from './norm.js';
import { rescaled, ROUNDING } from './shared.js';

export const linf: Norm = {
  name: 'linf',
  magnitude: (perturbation) => perturbation.abs().flatten({ startDim: 1 }).amax({ dim: 1 }),
  steepestAscent: (gradient) => gradient.sign(),
  scaled: rescaled,
  project: (perturbation, epsilon) => perturbation.clamp({ min: -epsilon, max: epsilon }),
  onSphere: (direction, epsilon) => rescaled(direction).mul(epsilon),
  // The cube of Madry et al. (ICLR 2018).
  uniform: ({ stream, indices, shape, device }, epsilon) =>
    stream
      .uniform(indices, shape, device)
      .mul(2 * epsilon)
      .sub(epsilon),
  requireEpsilon: (epsilon) => {
    if (epsilon <= 1) return;
    throw new SaddlepointError(
      'ARGUMENT',
      `expected an L-infinity epsilon of at most 1 for images in [0, 1], received ${epsilon}. Did you mean ${epsilon}/255?`,
    );
  },
  diameter: () => 1,
  searchRadius: (epsilon) => Math.max(0, epsilon - ROUNDING),
  // A maximum of differences of float32 numbers is exact in float64.
  finalRadius: (epsilon) => epsilon,
};
