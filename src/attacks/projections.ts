/**
 * Projections of candidates, and sequences of them.
 *
 * Box and ball: the box first, then the ball. Every norm here projects by moving entries towards zero, and zero is the
 * image itself, which is in the box; so the result is in both, and has the full size where the box allows it. The
 * other order would be as safe, but clipping after projecting leaves part of an L2 or L1 budget unused. Neither is the
 * nearest point of the intersection (Croce and Hein, "Mind the box", ICML 2021), except for the maximum norm.
 *
 * @module
 */
import { tidy, type Tensor } from '../engine/index.js';
import type { ThreatModel } from './threat-models/threat-model.js';

/** Brings candidates back to where they may be: both [N, C, H, W], the result too, a new tensor. */
export type Projection = (images: Tensor, candidates: Tensor) => Tensor;

/** Pixels within [0, 1]. */
export const box: Projection = (_, candidates) => candidates.clamp({ min: 0, max: 1 });

/** Perturbations of size at most `radius`. */
export function ball(norm: ThreatModel, radius: number): Projection {
  return (images, candidates) => images.add(norm.project(candidates.sub(images), radius));
}

/** One projection after the other. Leaves alive what it returns. */
export function sequence(...projections: readonly Projection[]): Projection {
  return (images, candidates) =>
    tidy(() => projections.reduce((projected, projection) => projection(images, projected), candidates));
}
