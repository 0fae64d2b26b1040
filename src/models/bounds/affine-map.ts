/**
 * Layers that are affine in evaluation mode, W x + b, as bounds need them: the map itself, the map of magnitudes |W|,
 * and how far float32 may be from either.
 *
 * @module
 */
import { tidy, type Tensor } from '../../engine/index.js';
import { largest, UNIT, type Box } from './box.js';

export interface AffineMap {
  /** W x + b, differentiable by x and by the weights. */
  readonly apply: (input: Tensor) => Tensor;
  /** |W| r of r ≥ 0. */
  readonly applyMagnitude: (radius: Tensor) => Tensor;
  /** What is added to W x, in magnitude, in a shape that fits the output: |b|, or what stands for it. */
  readonly offset: Tensor | null;
  /** How many float32 roundings at most lie on the way from an input of this shape to an output. */
  readonly roundings: (shape: readonly number[]) => number;
}

/** What float32 rounds to zero instead of a denormal number, at most. */
const SMALLEST = 2 ** -126;

/** Centre and radius of a box. */
function centred({ lower, upper }: Box): { centre: Tensor; radius: Tensor } {
  return { centre: lower.add(upper).div(2), radius: upper.sub(lower).div(2) };
}

/**
 * A box through an affine map (Gowal et al. 2018, equation 6): W c + b ± |W| r.
 *
 * @param error of float32, as {@link roundingError} says; default: none
 */
export function affineBox(map: AffineMap, box: Box, error?: Tensor): Box {
  return tidy(() => {
    const { centre, radius } = centred(box);
    const middle = map.apply(centre);
    const reach = map.applyMagnitude(radius);
    const width = error === undefined ? reach : reach.add(error);
    return { lower: middle.sub(width), upper: middle.add(width) };
  });
}

/**
 * How far the float32 output of an affine map is from W x + b for any x of a box, at most: γ (|W| |x| + |b|) with
 * γ = n u / (1 − n u) for n roundings, whatever the order of the sums (Higham, "Accuracy and Stability of Numerical
 * Algorithms", 2nd edition, section 3.1); and n times the smallest normal number for what underflows.
 */
export function roundingError(map: AffineMap, box: Box): Tensor {
  return tidy(() => {
    const magnitude = map.applyMagnitude(largest(box));
    const whole = map.offset === null ? magnitude : magnitude.add(map.offset);
    const roundings = map.roundings(box.lower.shape);
    return whole.mul(relativeError(roundings)).add(roundings * SMALLEST);
  });
}

/** Twice γ, so that what float64 rounds in a bound is covered, too. */
export function relativeError(roundings: number): number {
  return (2 * roundings * UNIT) / (1 - roundings * UNIT);
}
