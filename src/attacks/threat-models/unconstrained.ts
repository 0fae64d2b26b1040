/**
 * No constraint: every pixel may take any value. No classifier resists it, so that no evaluation has it; it is for
 * programs that make images from nothing, such as those that a network is sure of though they show nothing (Nguyen,
 * Yosinski and Clune, "Deep Neural Networks are Easily Fooled", CVPR 2015). Its size is 1 for any change, and so is
 * epsilon.
 *
 * @module
 */
import { SaddlepointError, tidy } from '../../engine/index.js';
import { rescaled, rows } from '../norms/shared.js';
import { ANY_VALUES } from './counted.js';
import type { ThreatModel } from './threat-model.js';

export const unconstrained: ThreatModel = {
  name: 'unconstrained',
  counts: 'changed images',
  ...ANY_VALUES,
  magnitude: (perturbation) =>
    tidy(() => rows(perturbation.ne(0).to({ dtype: perturbation.dtype })).amax({ dim: [1] })),
  project: (perturbation, epsilon) => (epsilon >= 1 ? perturbation.clone() : perturbation.mul(0)),
  // As far as a pixel can go.
  onSphere: (direction) => rescaled(direction),
  uniform: ({ stream, indices, shape, device }) => tidy(() => stream.uniform(indices, shape, device).mul(2).sub(1)),
  requireEpsilon: (epsilon) => {
    if (epsilon === 0 || epsilon === 1) return;
    throw new SaddlepointError(
      'ARGUMENT',
      `expected an epsilon of 1 for unconstrained, which allows any change, received ${epsilon}`,
    );
  },
  diameter: () => 1,
};
