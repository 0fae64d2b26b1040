/**
 * The step rule: what becomes of the gradient, and how far to go along it.
 *
 * @module
 */
import type { Tensor } from '../../engine/index.js';
import type { ThreatModel } from '../threat-models/threat-model.js';
import { perExample } from '../norms/shared.js';

/** Turns gradients into directions, by the names recipes use. */
export const GRADIENTS = {
  /** The norm's steepest ascent, of length 1: Stutz's and the default. */
  normalized: (norm: ThreatModel, gradient: Tensor) => norm.steepestAscent(gradient),
  /** The gradient divided by its size in the norm. */
  scaled: (norm: ThreatModel, gradient: Tensor) => norm.scaled(gradient),
  /** The gradient as it is. */
  raw: (_: ThreatModel, gradient: Tensor) => gradient,
} as const;

export type GradientName = keyof typeof GRADIENTS;

/**
 * The direction of the next step. For a sparse norm the gradient counts only where the pixel can still follow it; most
 * entries of a step could otherwise be spent on black and white pixels that the box holds. (The sparse L1 descent of
 * Tramèr and Boneh, NeurIPS 2019, does the same; the article does not.)
 */
export function directionOf(name: GradientName, norm: ThreatModel, current: Tensor, gradient: Tensor): Tensor {
  if (norm.sparse !== true) return GRADIENTS[name](norm, gradient);
  const held = current.add(gradient.sign()).clamp({ min: 0, max: 1 }).eq(current);
  return GRADIENTS[name](norm, gradient.maskedFill(held, 0));
}

/** Goes from `current` along `direction`; the length is one for all, or float [N], one an example. */
export function ascend(current: Tensor, direction: Tensor, stepSize: number | Tensor): Tensor {
  if (typeof stepSize === 'number') return current.add(direction, { alpha: stepSize });
  return current.addcmul(direction, perExample(stepSize, direction));
}
