/**
 * What several norms share. The functions leave alive what they return, nothing else.
 *
 * @module
 */
import { requireNumber, tidy, type Tensor } from '../../engine/index.js';

/** The most by which float32 rounds a pixel in [0, 1], twice: once for the perturbation, once for the sum. */
export const ROUNDING = 2 ** -24;
/** Relative error a float32 reduction may have; pairwise sums stay far below it. */
export const FLOAT32_SUM = 2 ** -20;
/** The same for a float64 sum, however it is ordered: about 1e-9, for up to a million entries. */
export const FLOAT64_SUM = 2 ** -30;
/** The smallest normal float32: keeps a division by the size of a zero gradient finite. */
export const TINY = 2 ** -126;

/** Entries of an image of this shape, [C, H, W]. */
export function entries(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** One row an example: [N, …] to [N, D], without a copy where the layout allows. */
export function rows(perturbation: Tensor): Tensor {
  return perturbation.flatten({ startDim: 1 });
}

/** One number an example, ready to be broadcast: [N] to [N, 1, …]. */
export function perExample(values: Tensor, like: Tensor): Tensor {
  return values.reshape([values.size(0), ...like.shape.slice(1).map(() => 1)]);
}

/** Divides each example by its number; 0/0 is 0, and so is anything that is not a number. */
export function divideSafely(perturbation: Tensor, sizes: Tensor): Tensor {
  return tidy(() => perturbation.div(perExample(sizes.clamp({ min: TINY }), perturbation)).nanToNum({ nan: 0 }));
}

/**
 * The gradient divided by its largest entry. The sizes below are taken of this: squares of float32 gradients
 * under 1e-19, which confident networks have, would otherwise vanish and stop the attack.
 */
export function rescaled(gradient: Tensor): Tensor {
  return tidy(() => divideSafely(gradient, rows(gradient).abs().amax({ dim: 1 })));
}

/** How many of `size` entries a share is: at least one. */
export function countOf(fraction: number, size: number): number {
  return Math.min(size, Math.max(1, Math.ceil(fraction * size)));
}

/** Keeps the entries of the `count` largest magnitudes, and those as large as the last of them; the rest is zero. */
export function keepLargest(values: Tensor, count: number): Tensor {
  return tidy(() => {
    const size = rows(values).abs();
    const [largest] = size.topk(count, { dim: 1 });
    const threshold = largest.narrow(1, count - 1, 1);
    return rows(values).maskedFill(size.lt(threshold), 0).reshape(values.shape);
  });
}

/** @throws SaddlepointError ARGUMENT unless the share is in (0, 1]. */
export function requireFraction(fraction: number): number {
  return requireNumber('fraction', fraction, Number.MIN_VALUE, 1);
}
