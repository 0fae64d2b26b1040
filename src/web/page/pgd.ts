/**
 * Projected gradient descent on one image (Madry et al., "Towards Deep Learning Models Resistant to Adversarial
 * Attacks", ICLR 2018, section 2.1):
 *
 *     x⁰   = clip(x + u),  u uniform in the ball
 *     xᵗ⁺¹ = clip(x + Π(xᵗ + α · ascent(∇ L(xᵗ, y)) − x))
 *
 * where Π projects into the ball of radius ε, clip into [0, 1], and ascent is the sign of the gradient in the maximum
 * norm, the gradient divided by its length in the Euclidean one.
 *
 * @module
 */
import type { Norm } from './norms.js';

export interface Budget {
  readonly norm: Norm;
  /** For images in [0, 1]. */
  readonly epsilon: number;
}

/** A step that can cross the ball: 2.5 ε / steps, as Saddlepoint's own PGD goes by default. */
export function stepSizeOf(epsilon: number, steps: number): number {
  return (2.5 * epsilon) / steps;
}

/** Where the search begins. @param start the perturbation, within the budget or not */
export function begin(image: Float32Array, start: Float32Array, budget: Budget): Float32Array {
  return within(
    image,
    image.map((pixel, i) => pixel + start[i]!),
    budget,
  );
}

/** One step up the loss from `current`, and back into ball and box. */
export function step(
  image: Float32Array,
  current: Float32Array,
  gradient: Float32Array,
  budget: Budget,
  stepSize: number,
): Float32Array {
  const direction = budget.norm.steepestAscent(gradient);
  return within(
    image,
    current.map((pixel, i) => pixel + stepSize * direction[i]!),
    budget,
  );
}

/** Clipping moves every pixel towards the image, whose pixels lie in [0, 1]: so it leaves no ball. */
function within(image: Float32Array, candidate: Float32Array, { norm, epsilon }: Budget): Float32Array {
  const perturbation = norm.project(
    candidate.map((pixel, i) => pixel - image[i]!),
    epsilon,
  );
  return image.map((pixel, i) => Math.min(1, Math.max(0, pixel + perturbation[i]!)));
}
