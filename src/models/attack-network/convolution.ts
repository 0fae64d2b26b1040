/**
 * A frozen network's convolutions: LibTorch's, on a GPU in bfloat16 with bias, residual and ReLU in the same kernel, or
 * on a CPU our own: Winograd's for those of 3 × 3, direct ones for others, and in bfloat16 those on tiles.
 *
 * @module
 */
import { ops } from '../../engine/index.js';
import { fitsNativeKernels, fitsTiles, fitsWinograd, type ConvolutionForm } from '../../nn/index.js';
import { foldedWeight, type ConvolutionWeights, type OwnWeights } from './fold.js';
import type { FrozenBackend, Prepare, Step, TiledConvolution } from './step.js';

/**
 * @param weights asked for them where they are not prepared already
 */
export function convolution(
  layer: ConvolutionForm,
  weights: () => ConvolutionWeights,
  backend: FrozenBackend,
  prepare: Prepare,
): Step {
  if (backend.winograd === true && fitsWinograd(layer)) return winograd(weights, prepare);
  if (backend.winograd === true && fitsNativeKernels(layer)) return direct(layer, weights, prepare);
  if (backend.dtype === 'bfloat16' && fitsTiles(layer)) return tiled(layer, weights, prepare);
  const { stride, padding, groups } = layer;
  const { dtype, memoryFormat } = backend;
  const [weight, bias] = prepare(() => {
    const own = weights();
    const folded = foldedWeight(own).to({ dtype }).contiguous({ memoryFormat });
    return [folded, own.bias === null ? null : own.bias.to({ dtype })] as const;
  });
  if (weight.device !== 'cpu' && dtype === 'bfloat16' && groups === 1) return fused(layer, { weight, bias });
  return { run: (input) => ops.conv2d(input, weight, { bias, stride, padding, groups }), owned: true };
}

/** cuDNN's, which adds bias and residual and cuts by ReLU in the pass that writes the result. */
function fused({ stride, padding }: ConvolutionForm, { weight, bias }: OwnWeights): Step {
  const joined: Step['joined'] = (input, residual, relu) =>
    ops.fusedConvolution(input, weight, { bias, residual, stride, padding, relu });
  return { run: (input) => joined(input, null, false), owned: true, joined };
}

/** Ours, on a processor's tiles; rounds the weights once. */
function tiled({ stride, padding }: ConvolutionForm, weightsOf: () => ConvolutionWeights, prepare: Prepare): Step {
  const [rounded, filter, dgradFilter, bias] = prepare(() => {
    const { weight, scale, bias: own } = weightsOf();
    return [...ops.bfloat16Filters(weight, stride, padding, { scale }), own] as const;
  });
  const weights = [rounded, filter, dgradFilter] as const;
  const joined: Step['joined'] = (input, residual, relu) =>
    ops.frozenBfloat16Convolution(input, ...weights, { bias, residual, stride, padding, relu });
  const run: Step['run'] = (input) => joined(input, null, false);
  return { run, owned: true, joined, tiled: { weights, bias, stride, padding, relu: false } };
}

/**
 * A residual block with ReLU behind it as one computation: undefined where not all of its steps are convolutions on
 * tiles with a bias, those of the branch with ReLU between them.
 */
export function tiledBlock(branch: readonly Step[], shortcut: readonly Step[]): Step | undefined {
  const convolutions = [...branch, ...shortcut].map((step) => step.tiled);
  const fits = convolutions.every(
    (each, i) => each !== undefined && each.bias !== null && each.relu === i < branch.length - 1,
  );
  if (!fits || branch.length === 0 || shortcut.length > 1) return undefined;
  const all = convolutions as TiledConvolution[];
  const [weights, filters, dgradFilters] = [0, 1, 2].map((part) => all.map((each) => each.weights[part]!));
  const biases = all.map(({ bias }) => bias!);
  const [strides, paddings] = [all.map(({ stride }) => stride), all.map(({ padding }) => padding)];
  const run: Step['run'] = (input) =>
    ops.frozenBfloat16Block(input, weights!, filters!, dgradFilters!, biases, strides, paddings, shortcut.length > 0);
  return { run, owned: false };
}

function winograd(weights: () => ConvolutionWeights, prepare: Prepare): Step {
  const [filter, dgradFilter, bias] = prepare(() => {
    const own = weights();
    const weight = foldedWeight(own);
    return [ops.winogradFilter(weight), ops.winogradFilter(weight, { dgrad: true }), own.bias] as const;
  });
  const joined: Step['joined'] = (input, residual, relu) =>
    ops.frozenConvolution(input, filter, dgradFilter, { bias, residual, relu });
  return { run: (input) => joined(input, null, false), owned: true, joined };
}

function direct({ stride, padding }: ConvolutionForm, weights: () => ConvolutionWeights, prepare: Prepare): Step {
  const [weight, filter, dgradFilter, bias] = prepare(() => {
    const own = weights();
    const folded = foldedWeight(own);
    const filters = [ops.directFilter(folded, stride), ops.directFilter(folded, stride, { dgrad: true })] as const;
    return [folded, ...filters, own.bias] as const;
  });
  const joined: Step['joined'] = (input, residual, relu) =>
    ops.frozenDirectConvolution(input, weight, filter, dgradFilter, { bias, residual, stride, padding, relu });
  return { run: (input) => joined(input, null, false), owned: true, joined };
}
