/**
 * A frozen network's convolutions: LibTorch's, or our own for those of 3 × 3.
 *
 * @module
 */
import { ops } from '../../engine/index.js';
import { Conv2d, type Module } from '../../nn/index.js';
import type { ConvolutionWeights } from './fold.js';
import type { FrozenForm, Step } from './step.js';

/** Channels that our own convolution computes at once. */
const LANES = 8;

export function convolution(layer: Conv2d, weights: ConvolutionWeights, form: FrozenForm): Step {
  if (form.winograd === true && canUseWinograd(layer)) return winograd(weights);
  const { stride, padding, groups } = layer;
  const { dtype, memoryFormat } = form;
  const weight = weights.weight.to({ dtype }).contiguous({ memoryFormat });
  const bias = weights.bias === null ? null : weights.bias.to({ dtype });
  return { run: (input) => ops.conv2d(input, weight, { bias, stride, padding, groups }), owned: true };
}

/** Whether the form `winograd` changes anything for this network where it is. */
export function usesWinograd(model: Module): boolean {
  return [...model.modules()].some(([, layer]) => layer instanceof Conv2d && canUseWinograd(layer));
}

/** 3 × 3 with stride 1 and one zero on each side, channels in eights, on a CPU. */
function canUseWinograd({ weight, stride, padding, groups }: Conv2d): boolean {
  const [outputs, inputs, height, width] = weight.shape;
  const same = height === 3 && width === 3 && stride === 1 && padding === 1 && groups === 1;
  return same && inputs! % LANES === 0 && outputs! % LANES === 0 && weight.device === 'cpu';
}

function winograd({ weight, bias }: ConvolutionWeights): Step {
  const [filter, backwardFilter] = [ops.winogradFilter(weight), ops.winogradFilter(weight, { backward: true })];
  const joined: Step['joined'] = (input, residual, relu) =>
    ops.frozenConvolution(input, filter, backwardFilter, { bias, residual, relu });
  return { run: (input) => joined(input, null, false), owned: true, joined };
}
