/**
 * Flow: every pixel takes its value from a place of its own near by, all channels from the same (Xiao et al.,
 * "Spatially Transformed Adversarial Examples", ICLR 2018, section 3). Epsilon is how far that place may be away at
 * most, in pixels and in either direction; the paper has no bound, and only a penalty for roughness.
 *
 * @module
 */
import { ops, tidy, type Tensor } from '../../engine/index.js';
import { movesPixels, type Transformation } from './transformation.js';

/** ATen's numbers for bilinear interpolation and for the nearest pixel of the border outside. */
const [BILINEAR, BORDER] = [0, 1] as const;
/** Keeps the slope of a square root at nothing finite. */
const TINY = 1e-12;

/** Right and down in pixels for every pixel: [N, H · W · 2] to [N, H, W, 2]. */
function field(parameters: Tensor, [, height = 0, width = 0]: readonly number[]): Tensor {
  return parameters.reshape([-1, height, width, 2]);
}

export const flow: Transformation = {
  ...movesPixels('flow'),
  parameters: ([, height = 0, width = 0]) => 2 * height * width,
  apply: (images, parameters) => {
    const [count = 0, ...shape] = images.shape;
    const [, height = 0, width = 0] = shape;
    const { dtype, device } = images;
    const still = tidy(() => {
      const one = ops.ones([count], { dtype, device });
      const none = ops.zerosLike(one);
      const rows = [ops.stack([one, none, none], { dim: 1 }), ops.stack([none, one, none], { dim: 1 })];
      return ops.affineGrid(ops.stack(rows, { dim: 1 }), images.shape, false);
    });
    const [x, y] = [0, 1].map((axis) => field(parameters, shape).select(3, axis)) as [Tensor, Tensor];
    // A pixel is 2 / side in coordinates from -1 to 1.
    const moved = still.add(ops.stack([x.mul(2 / width), y.mul(2 / height)], { dim: 3 }));
    return ops.gridSample(images, moved, BILINEAR, BORDER, false).clamp({ min: 0, max: 1 });
  },
  // The paper's equation 4, of each pair of neighbours once.
  roughness: (parameters, shape) => {
    const displacement = field(parameters, shape);
    const between = (axis: 1 | 2) => {
      const length = displacement.size(axis) - 1;
      const step = displacement.narrow(axis, 1, length).sub(displacement.narrow(axis, 0, length));
      return step.square().sum([3]).add(TINY).sqrt().sum([1, 2]);
    };
    return between(1).add(between(2));
  },
  requireEpsilon: () => undefined,
  diameter: ([, height = 0, width = 0]) => Math.max(height, width),
};
