/**
 * Boxes: for every number a lower and an upper end.
 *
 * @module
 */
import { requireNumber, SaddlepointError, type DType, type Tensor } from '../../engine/index.js';

/** Tensors of one shape; what is bounded lies between them, ends included. */
export interface Box {
  readonly lower: Tensor;
  readonly upper: Tensor;
}

/** Half the distance of float32 numbers around 1: the relative error of one rounding. */
export const UNIT = 2 ** -24;

/**
 * What the pixels of float32 images may be beyond their budget: an attack that adds and projects in float32 rounds
 * each pixel a few times by at most 2^-25.
 */
const PIXEL_ROUNDING = 2 ** -23;

/**
 * All images within L-infinity distance `epsilon` of the given ones, clipped to [0, 1].
 *
 * @param images float [N, C, H, W] in [0, 1]
 * @param dtype float64 for bounds that are to hold for float32 images: the budget is then widened by 2^-23
 * @throws SaddlepointError ARGUMENT for a budget that is negative or not finite
 */
export function imageBox(images: Tensor, epsilon: number, dtype: DType = images.dtype): Box {
  const budget = requireNumber('epsilon', epsilon, 0) + (dtype === 'float64' ? PIXEL_ROUNDING : 0);
  const centre = images.to({ dtype });
  return {
    lower: centre.sub(budget).clamp({ min: 0, max: 1 }),
    upper: centre.add(budget).clamp({ min: 0, max: 1 }),
  };
}

/** @throws SaddlepointError ARGUMENT for ends of different shapes, or a lower end above the upper one */
export function requireBox({ lower, upper }: Box): void {
  const [first, second] = [lower, upper].map(({ shape, dtype }) => `${dtype} [${shape.join(', ')}]`);
  if (first !== second)
    throw new SaddlepointError(
      'ARGUMENT',
      `expected lower and upper ends of one shape and type, received ${first!} and ${second!}`,
    );
  if (lower.gt(upper).any().item() !== 0)
    throw new SaddlepointError('ARGUMENT', 'expected lower ends that are at most the upper ones, received larger ones');
}

/** The largest magnitude of each number in a box. */
export function largest({ lower, upper }: Box): Tensor {
  return lower.abs().maximum(upper.abs());
}
