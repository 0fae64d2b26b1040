/**
 * The Euclidean norm.
 *
 * @module
 */
import { tidy, type Tensor } from '../../engine/index.js';
import type { Norm } from './norm.js';
import {
  divideSafely,
  entries,
  FLOAT32_SUM,
  FLOAT64_SUM,
  perExample,
  rescaled,
  ROUNDING,
  rows,
  TINY,
} from './shared.js';

const magnitude = (perturbation: Tensor): Tensor => tidy(() => rows(perturbation).norm({ ord: 2, dim: 1 }));

/** g / |g|: here the steepest ascent and the scaled gradient are the same. */
function unit(gradient: Tensor): Tensor {
  return tidy(() => {
    const safe = rescaled(gradient);
    return divideSafely(safe, magnitude(safe));
  });
}

export const l2: Norm = {
  name: 'l2',
  magnitude,
  steepestAscent: unit,
  scaled: unit,
  project: (perturbation, epsilon) =>
    tidy(() => {
      const factor = magnitude(perturbation).clamp({ min: TINY }).reciprocal().mul(epsilon).clamp({ max: 1 });
      return perturbation.mul(perExample(factor, perturbation));
    }),
  onSphere: (direction, epsilon) => tidy(() => unit(direction).mul(epsilon)),
  // A direction without preference, and the radius whose D-th power is uniform.
  uniform: ({ stream, indices, shape, device }, epsilon) =>
    tidy(() => {
      const direction = unit(stream.derive('direction').normal(indices, shape, device));
      const size = shape.reduce((product, length) => product * length, 1);
      const radius = stream
        .derive('radius')
        .uniform(indices, [], device)
        .pow(1 / size);
      return direction.mul(perExample(radius.mul(epsilon), direction));
    }),
  requireEpsilon: () => undefined,
  diameter: (shape) => Math.sqrt(entries(shape)),
  searchRadius: (epsilon, size) => Math.max(0, epsilon * (1 - FLOAT32_SUM) - Math.sqrt(size) * ROUNDING),
  finalRadius: (epsilon) => epsilon * (1 - FLOAT64_SUM),
};
