/**
 * A frame: the pixels along the border may take any value, and no other changes (Zajac et al., "Adversarial Framing for
 * Image and Video Classification", AAAI 2019). Epsilon is its width in pixels.
 *
 * @module
 */
import { ops, tidy, type Tensor } from '../../engine/index.js';
import { rows } from '../norms/shared.js';
import { ANY_VALUES, requireWhole } from './counted.js';
import type { ThreatModel } from './threat-model.js';

/** Each pixel's distance to the border, 1 for those along it: [1, 1, H, W]. */
function depth(like: Tensor): Tensor {
  return tidy(() => {
    const along = (axis: 2 | 3) => {
      const length = like.size(axis);
      const from = ops.arange(length, { dtype: like.dtype, device: like.device });
      const near = from.add(1);
      const far = from.neg().add(length);
      return ops.where(near.lt(far), near, far);
    };
    const vertical = along(2).reshape([1, 1, -1, 1]);
    const horizontal = along(3).reshape([1, 1, 1, -1]);
    return ops.where(vertical.lt(horizontal), vertical, horizontal);
  });
}

const project = (perturbation: Tensor, epsilon: number) =>
  tidy(() => perturbation.mul(depth(perturbation).le(epsilon).to({ dtype: perturbation.dtype })));

export const frame: ThreatModel = {
  name: 'frame',
  counts: "pixels of a frame's width",
  ...ANY_VALUES,
  magnitude: (perturbation) =>
    tidy(() => rows(perturbation.ne(0).to({ dtype: perturbation.dtype }).mul(depth(perturbation))).amax({ dim: [1] })),
  project,
  onSphere: project,
  uniform: ({ stream, indices, shape, device }, epsilon) =>
    tidy(() => project(stream.uniform(indices, shape, device).mul(2).sub(1), epsilon)),
  requireEpsilon: (epsilon) => {
    requireWhole(epsilon, "a frame's width in pixels");
  },
  diameter: ([, height = 0, width = 0]) => Math.ceil(Math.min(height, width) / 2),
};
