/**
 * The two norms that bound a perturbation, on one image as a flat list of numbers.
 *
 * @module
 */
import type { NormName } from '../site-description.js';

export interface Norm {
  /** The size of a perturbation. */
  readonly magnitude: (perturbation: Float32Array) => number;
  /** The direction of length 1 in which a gradient raises the loss the most. */
  readonly steepestAscent: (gradient: Float32Array) => Float32Array;
  /** The nearest perturbation of at most this size. */
  readonly project: (perturbation: Float32Array, epsilon: number) => Float32Array;
  /** A point of the ball, each as likely. @param random numbers in [0, 1), as `Math.random` gives them */
  readonly uniform: (length: number, epsilon: number, random: () => number) => Float32Array;
}

const linf: Norm = {
  magnitude: (perturbation) => perturbation.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0),
  steepestAscent: (gradient) => gradient.map(Math.sign),
  project: (perturbation, epsilon) => perturbation.map((value) => Math.min(epsilon, Math.max(-epsilon, value))),
  uniform: (length, epsilon, random) => Float32Array.from({ length }, () => (2 * random() - 1) * epsilon),
};

const l2: Norm = {
  magnitude: (perturbation) => Math.sqrt(perturbation.reduce((sum, value) => sum + value * value, 0)),
  steepestAscent: unit,
  project: (perturbation, epsilon) => {
    const size = l2.magnitude(perturbation);
    return size <= epsilon ? perturbation.slice() : perturbation.map((value) => (value * epsilon) / size);
  },
  // A direction without preference, and the radius whose D-th power is uniform.
  uniform: (length, epsilon, random) => {
    const direction = unit(Float32Array.from({ length }, () => normal(random)));
    const radius = epsilon * random() ** (1 / length);
    return direction.map((value) => value * radius);
  },
};

/** g / |g|, of a gradient however small; zero where it is zero. */
function unit(gradient: Float32Array): Float32Array {
  const largest = linf.magnitude(gradient);
  if (largest === 0) return gradient.slice();
  const size = largest * Math.sqrt(gradient.reduce((sum, value) => sum + (value / largest) ** 2, 0));
  return gradient.map((value) => value / size);
}

/** Of the standard normal distribution, by Box and Muller. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

export const NORMS: Readonly<Record<NormName, Norm>> = { linf, l2 };
