/**
 * The algebra of a frozen network: in evaluation mode batch norm is an affine map per channel, and an
 * affine map after a convolution is another convolution.
 *
 * @module
 */
import { tidy, type Tensor } from '../../engine/index.js';

/** y = scale · x + shift per channel; float32 [C] each. */
export interface ChannelAffine {
  readonly scale: Tensor;
  readonly shift: Tensor;
}

/** A convolution's weight [O, I, k, k] and bias [O] or none. */
export interface OwnWeights {
  readonly weight: Tensor;
  readonly bias: Tensor | null;
}

/** The same with what every output's weight is still to be multiplied by, float32 [O], or none. */
export interface ConvolutionWeights extends OwnWeights {
  readonly scale: Tensor | null;
}

/** What batch norm computes with in evaluation mode. */
export interface BatchStatistics {
  readonly running_mean: Tensor;
  readonly running_var: Tensor;
  readonly epsilon: number;
  readonly weight: Tensor | null;
  readonly bias: Tensor | null;
}

/** Batch norm in evaluation mode: scale = γ / √(σ² + ε), shift = β - μ · scale. */
export function affineOf(norm: BatchStatistics): ChannelAffine {
  return tidy(() => {
    const inverse = norm.running_var.add(norm.epsilon).rsqrt();
    const scale = norm.weight === null ? inverse : inverse.mul(norm.weight);
    const centre = norm.running_mean.mul(scale);
    return { scale, shift: norm.bias === null ? centre.neg() : norm.bias.sub(centre) };
  });
}

/** A layer's own weights, without their gradients. */
export function weightsOf({ weight, bias }: OwnWeights): ConvolutionWeights {
  return { weight: weight.detach(), scale: null, bias: bias === null ? null : bias.detach() };
}

/** The convolution that equals `conv` followed by `norm` in evaluation mode. */
export function foldAfter({ weight, bias }: OwnWeights, norm: BatchStatistics): ConvolutionWeights {
  return tidy(() => {
    const { scale, shift } = affineOf(norm);
    return { weight: weight.detach(), scale, bias: bias === null ? shift : bias.mul(scale).add(shift) };
  });
}

/** The weight that is multiplied. */
export function foldedWeight({ weight, scale }: ConvolutionWeights): Tensor {
  return scale === null ? weight : weight.mul(scale.reshape([-1, 1, 1, 1]));
}
