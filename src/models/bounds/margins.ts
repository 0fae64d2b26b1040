/**
 * How far the logit of an image's class stays above those of the others, at least: what certifies an image, and what
 * certified training raises. The last linear layer is merged with the differences (Gowal et al. 2018, section 3,
 * "elision of the last layer"), which is tighter than differences of bounds.
 *
 * @module
 */
import { ops, tidy, type Tensor } from '../../engine/index.js';
import type { Linear, Module } from '../../nn/index.js';
import { relativeError } from './affine-map.js';
import { largest, requireBox, type Box } from './box.js';
import { boxThrough, holdsFloat32, weightsOf } from './interval.js';
import { stagesOf } from './stages.js';

/**
 * Differences of logits as an affine map of each example's features: z_y − z_j = weight_j · features + bias_j for the
 * class y, zero for j = y.
 */
export interface Differences {
  /** [N, K, D] */
  readonly weight: Tensor;
  /** [N, K] */
  readonly bias: Tensor;
  /** How far float32 may be from z_y − z_j for features of this box, at most: [N, K]. */
  readonly error: (features: Box) => Tensor;
}

/** Of a network with a single logit z, which stands for (−z/2, z/2), the two differences. */
export function differencesOf(last: Linear, labels: Tensor, dtype: Tensor['dtype']): Differences {
  const [single, shift] = weightsOf(last, dtype);
  const both = single.size(0) === 1;
  const weight = both ? ops.cat([single.div(-2), single.div(2)]) : single;
  const offset = shift ?? ops.zerosLike(single.select(1, 0));
  const bias = both ? ops.cat([offset.div(-2), offset.div(2)]) : offset;
  return {
    weight: weight.indexSelect(0, labels).unsqueeze(1).sub(weight),
    bias: bias.indexSelect(0, labels).unsqueeze(1).sub(bias),
    error(features) {
      // Of each logit on its own: that of the class, and that of the other.
      const magnitude = ops.linear(largest(features), weight.abs(), { bias: bias.abs() });
      const own = magnitude.gather(1, labels.unsqueeze(1));
      return magnitude.add(own).mul(relativeError(weight.size(1) + 1));
    },
  };
}

/**
 * Lower bounds of z_y − z_j for all images of a box, by interval bound propagation: above zero for every other class j,
 * the network says y of all of them.
 *
 * @param images float [N, C, H, W] within [0, 1]; see {@link intervalBounds} for what float64 means
 * @param labels int64 [N]: the classes y
 * @returns [N, K], zero at the class itself; two columns for a network with a single logit; with gradient to the
 *   weights
 * @throws SaddlepointError ARGUMENT as {@link intervalBounds}
 */
export function intervalMargins(model: Module, images: Box, labels: Tensor): Tensor {
  requireBox(images);
  return tidy(() => {
    const { stages, last } = stagesOf(model, images.lower.dtype);
    return marginsOf(boxThrough(stages, images), last, labels);
  });
}

/** From the box of what the last linear layer sees, or of the logits where nothing can be merged. */
export function marginsOf(features: Box, last: Linear | undefined, labels: Tensor): Tensor {
  const { lower, upper } = features;
  const truth = labels.unsqueeze(1);
  if (last === undefined) return lower.gather(1, truth).sub(upper).scatter(1, truth, 0);
  const { weight, bias, error } = differencesOf(last, labels, lower.dtype);
  const [centre, radius] = [lower.add(upper).div(2), upper.sub(lower).div(2)].map((each) => each.unsqueeze(2));
  const middle = weight.matmul(centre!).squeeze(2).add(bias);
  const least = middle.sub(weight.abs().matmul(radius!).squeeze(2));
  return (holdsFloat32(features) ? least.sub(error(features)) : least).scatter(1, truth, 0);
}

/** Which examples are certified: the margin to every other class is above zero. bool [N]. */
export function certified(margins: Tensor, labels: Tensor): Tensor {
  return tidy(() => margins.scatter(1, labels.unsqueeze(1), 1).gt(0).all(1));
}
