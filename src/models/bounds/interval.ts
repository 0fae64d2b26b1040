/**
 * Interval bound propagation (Gowal et al., "On the Effectiveness of Interval Bound Propagation for Training Verifiably
 * Robust Models", 2018, equations 5 to 7): a box through the network, layer by layer.
 *
 * Sound in this sense: with float64 the box holds whatever the network's float32 logits can be, for any image of the
 * box and any order in which LibTorch sums the products of a layer, by a bound on the rounding of every layer. It is
 * not meant for convolutions that transform their input (Winograd, FFT), nor for TF32 or half precision. In float32
 * bounds round as any computation does, which is what training uses.
 *
 * @module
 */
import { tidy, type DType, type Tensor } from '../../engine/index.js';
import type { Module } from '../../nn/index.js';
import { affineBox, roundingError } from './affine-map.js';
import { linearMap } from './affine-rules.js';
import { largest, requireBox, UNIT, type Box } from './box.js';
import { stagesOf, type Stage } from './stages.js';

/**
 * Lower and upper bounds of the logits for all images of a box, of the network as it is in evaluation mode.
 *
 * @param images float [N, C, H, W] within [0, 1]; float64 for bounds that hold for the float32 network
 * @returns two tensors [N, K] of the images' type, with gradient to the weights unless gradients are off
 * @throws SaddlepointError ARGUMENT for ends that are no box, or a layer that has no rule, by its name
 */
export function intervalBounds(model: Module, images: Box): Box {
  requireBox(images);
  return tidy(() => {
    const { dtype } = images.lower;
    const { stages, last } = stagesOf(model, dtype);
    const features = boxThrough(stages, images);
    if (last === undefined) return features;
    return throughStage({ kind: 'affine', name: 'last', map: linearMap(...weightsOf(last, dtype)) }, features);
  });
}

/** The weight and the bias of a linear layer. */
export function weightsOf(
  { weight, bias }: { readonly weight: Tensor; readonly bias: Tensor | null },
  dtype: DType,
): [weight: Tensor, bias: Tensor | null] {
  return [weight.to({ dtype }), bias?.to({ dtype }) ?? null];
}

/** A box through stages in order. */
export function boxThrough(stages: readonly Stage[], input: Box): Box {
  return stages.reduce((box, stage) => throughStage(stage, box), input);
}

/** With the rounding of the float32 network where the box is of float64. */
export function throughStage(stage: Stage, input: Box): Box {
  switch (stage.kind) {
    case 'affine':
      return affineBox(stage.map, input, holdsFloat32(input) ? roundingError(stage.map, input) : undefined);
    case 'activation':
      return stage.interval(input);
    case 'sum': {
      const [branch, shortcut] = stage.branches.map((each) => boxThrough(each, input)) as [Box, Box];
      const sum = { lower: branch.lower.add(shortcut.lower), upper: branch.upper.add(shortcut.upper) };
      return holdsFloat32(input) ? widened(sum) : sum;
    }
  }
}

/** By one rounding. */
function widened(box: Box): Box {
  const error = largest(box).mul(2 * UNIT);
  return { lower: box.lower.sub(error), upper: box.upper.add(error) };
}

export function holdsFloat32({ lower }: Box): boolean {
  return lower.dtype === 'float64';
}
