/**
 * The closest adversarial image seen so far.
 *
 * @module
 */
import { ops, tidy, type Tensor } from '../../engine/index.js';
import type { Norm } from '../norms/index.js';
import { perExample } from '../norms/shared.js';

export interface Closest {
  /** float32 [N, C, H, W] in [0, 1]: the closest adversarial images, the unperturbed ones where none was found. */
  readonly images: Tensor;
  /** float64 [N]: their distances, Infinity where none was found. */
  readonly distance: Tensor;
}

/** Before anything was found. */
export function nothingYet(images: Tensor): Closest {
  const [count = 0] = images.shape;
  return {
    images: images.clone(),
    distance: ops.full([count], Infinity, { dtype: 'float64', device: images.device }),
  };
}

/** The size of each perturbation in double precision, float64 [N]: what counts at the end. */
export function distanceOf(norm: Norm, images: Tensor, candidates: Tensor): Tensor {
  return tidy(() => norm.magnitude(candidates.to({ dtype: 'float64' }).sub(images)));
}

/**
 * Takes the candidates that are adversarial and closer than what there was. A distance that is not a number is never
 * closer.
 *
 * @returns new tensors; nothing else stays alive
 */
export function closer(norm: Norm, images: Tensor, closest: Closest, candidates: Tensor, success: Tensor): Closest {
  return tidy(() => {
    const distance = distanceOf(norm, images, candidates);
    const take = success.logicalAnd(distance.lt(closest.distance));
    return {
      images: ops.where(perExample(take, images), candidates, closest.images),
      distance: ops.where(take, distance, closest.distance),
    };
  });
}
