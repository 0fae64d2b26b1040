/**
 * Labels as distributions over the classes.
 *
 * @module
 */
import type { Tensor } from '../../engine/index.js';
import { classDistribution } from '../../nn/index.js';

/**
 * The true class, or a distribution over the classes, with a share of it spread evenly over all.
 *
 * @param labels int64 [N], or float32 [N, classes]
 * @param smoothing one share in [0, 1] for all, or float [N], one an example
 * @returns float32 [N, classes]
 */
export function smoothedLabels(labels: Tensor, classes: number, smoothing: number | Tensor): Tensor {
  const truth = classDistribution(labels, classes);
  if (typeof smoothing === 'number') return truth.mul(1 - smoothing).add(smoothing / classes);
  const share = smoothing.unsqueeze(1);
  return truth.mul(share.neg().add(1)).add(share.div(classes));
}
