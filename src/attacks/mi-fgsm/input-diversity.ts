/**
 * Random resizing and padding of the images before the network sees them, with the gradient of the images as they are
 * (Xie et al., "Improving Transferability of Adversarial Examples with Input Diversity", CVPR 2019, section 3.3).
 *
 * Deviations: images shrink and are padded back to their size, since networks may take no other (the paper enlarges 299
 * to between 299 and 330 pixels); the interpolation is bilinear; every example has its own size and place.
 *
 * @module
 */
import { enableGrad, grad, ops, tidy, type RandomStream, type Tensor } from '../../engine/index.js';
import type { AttackContext } from '../attack-context.js';

/** The smallest side, as a share of the image's: the paper's 299 of 330. */
export const SMALLEST_SIDE = 0.9;
/** ATen's numbers for bilinear interpolation and for zeros outside. */
const [BILINEAR, ZEROS] = [0, 0] as const;

/**
 * Shrinks each example, with the given probability, to a side uniform in [smallest, 1] of its own and puts it at a
 * uniform place on black. Differentiable in the images. Leaves its intermediate results to the scope it is called in.
 *
 * @param images float32 [N, C, H, W]
 * @param draws float32 [N, 4], uniform on [0, 1): whether, how small, and where across and down
 */
export function diversify(images: Tensor, draws: Tensor, probability: number, smallest = SMALLEST_SIDE): Tensor {
  const [whether, size, across, down] = [0, 1, 2, 3].map((column) => draws.select(1, column)) as [
    Tensor,
    Tensor,
    Tensor,
    Tensor,
  ];
  const one = ops.zerosLike(size).add(1);
  const side = ops.where(whether.lt(probability), size.mul(1 - smallest).add(smallest), one);
  // In coordinates of [-1, 1], as far from the centre as the rest of the side allows.
  const room = one.sub(side);
  const [x, y] = [across, down].map((draw) => draw.mul(2).sub(1).mul(room).div(side).neg()) as [Tensor, Tensor];
  const [scale, none] = [side.reciprocal(), ops.zerosLike(side)];
  const rows = [ops.stack([scale, none, x], { dim: 1 }), ops.stack([none, scale, y], { dim: 1 })];
  const grid = ops.affineGrid(ops.stack(rows, { dim: 1 }), images.shape, false);
  return ops.gridSample(images, grid, BILINEAR, ZEROS, false);
}

/**
 * The gradient of the objective of the diversified images, with respect to the images. Leaves alive what it returns.
 */
export function gradientOfDiversified(
  context: AttackContext,
  images: Tensor,
  stream: RandomStream,
  probability: number,
): Tensor {
  return tidy(() => {
    const input = images.detach();
    input.requiresGrad = true;
    const draws = stream.uniform(context.randomness.indices, [4], images.device);
    const seen = enableGrad(() => diversify(input, draws, probability));
    const gradient = context.gradient(seen);
    return grad(seen, [input], { gradients: [gradient] })[0]!;
  });
}
