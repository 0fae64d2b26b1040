/**
 * The affine layers: convolutions, linear layers, batch normalisation by its running statistics, normalised pixels,
 * average pools, flattening.
 *
 * @module
 */
import { ops, type DType, type Tensor } from '../../engine/index.js';
import {
  AveragePool2d,
  BatchNorm2d,
  Conv2d,
  Flatten,
  GlobalAveragePool,
  Linear,
  Normalize,
  type Module,
} from '../../nn/index.js';
import { affineOf } from '../attack-network/fold.js';
import type { AffineMap } from './affine-map.js';
import { defineBoundRule } from './rule.js';

/** Roundings of a scale and a shift for each channel, those of its statistics' square root and quotient included. */
const CHANNEL_ROUNDINGS = 8;

export const convolution = defineBoundRule<Conv2d>({
  layer: Conv2d,
  affine({ weight, bias, stride, padding, groups }, dtype) {
    const [filter, shift] = [weight.to({ dtype }), bias?.to({ dtype }) ?? null];
    const magnitudes = filter.abs();
    return {
      apply: (input) => ops.conv2d(input, filter, { bias: shift, stride, padding, groups }),
      applyMagnitude: (radius) => ops.conv2d(radius, magnitudes, { stride, padding, groups }),
      offset: shift?.abs().reshape([1, -1, 1, 1]) ?? null,
      roundings: () => weight.numel() / weight.size(0) + 1,
    };
  },
});

export const linear = defineBoundRule<Linear>({
  layer: Linear,
  affine: ({ weight, bias }, dtype) => linearMap(weight.to({ dtype }), bias?.to({ dtype }) ?? null),
});

/** @param weight [K, D]; @param bias [K] or none */
export function linearMap(weight: Tensor, bias: Tensor | null): AffineMap {
  const magnitudes = weight.abs();
  return {
    apply: (input) => ops.linear(input, weight, { bias }),
    applyMagnitude: (radius) => ops.linear(radius, magnitudes),
    offset: bias?.abs() ?? null,
    roundings: () => weight.size(1) + 1,
  };
}

export const batchNorm = defineBoundRule<BatchNorm2d>({
  layer: BatchNorm2d,
  affine(layer, dtype) {
    const { scale, shift } = affineOf(layer);
    const mean = layer.running_mean.mul(scale).abs();
    const offset = layer.bias === null ? mean : mean.add(layer.bias.abs());
    return channelMap(scale, shift, offset, dtype);
  },
});

export const normalize = defineBoundRule<Normalize>({
  layer: Normalize,
  affine(layer, dtype) {
    const [mean, deviation] = [layer.shift.to({ dtype }), layer.scale.to({ dtype })];
    const shift = mean.div(deviation).neg();
    return channelMap(deviation.reciprocal(), shift, shift.abs(), dtype);
  },
});

/** scale · x + shift for each channel of [N, C, H, W]. */
function channelMap(scale: Tensor, shift: Tensor, offset: Tensor, dtype: DType): AffineMap {
  const [factor, term, magnitude] = [scale, shift, offset].map((each) => each.to({ dtype }).reshape([1, -1, 1, 1]));
  const size = factor!.abs();
  return {
    apply: (input) => input.mul(factor!).add(term!),
    applyMagnitude: (radius) => radius.mul(size),
    offset: magnitude!,
    roundings: () => CHANNEL_ROUNDINGS,
  };
}

/** A layer whose weights are not negative, and are the layer's own. */
function ownMagnitude(layer: Module, roundings: AffineMap['roundings']): AffineMap {
  const forward = (input: Tensor) => layer.forward(input);
  return { apply: forward, applyMagnitude: forward, offset: null, roundings };
}

export const averagePool = defineBoundRule<AveragePool2d>({
  layer: AveragePool2d,
  affine: (layer) => ownMagnitude(layer, () => layer.size ** 2 + 1),
});

export const globalAveragePool = defineBoundRule<GlobalAveragePool>({
  layer: GlobalAveragePool,
  affine: (layer) => ownMagnitude(layer, ([, , height = 1, width = 1]) => height * width + 1),
});

export const flatten = defineBoundRule<Flatten>({ layer: Flatten, affine: (layer) => ownMagnitude(layer, () => 0) });
