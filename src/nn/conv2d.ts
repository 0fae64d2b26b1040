/**
 * Two-dimensional convolution.
 *
 * @module
 */
import { convolutionLimits, ops, type Tensor } from '../engine/index.js';
import { zeroWeights } from './building.js';
import { torchDefault, torchDefaultBias, type Initializer } from './initializers.js';
import { Module, Parameter } from './module.js';

export interface Conv2dOptions {
  kernelSize: number;
  /** Default 1. */
  stride?: number;
  /** Zeros on each side. Default 0. */
  padding?: number;
  /** Default 1. */
  groups?: number;
  /** Default true. */
  bias?: boolean;
  /** Default: PyTorch's. */
  weightInitializer?: Initializer;
  biasInitializer?: Initializer;
}

/** Convolves float [N, inputs, H, W] to [N, outputs, H', W'], as torch.nn.Conv2d does. */
export class Conv2d extends Module {
  readonly weight: Parameter;
  readonly bias: Parameter | null;
  readonly stride: number;
  readonly padding: number;
  readonly groups: number;
  /** Compute the training pass by our own convolutions, where {@link supportsNativeKernels}. Default: no. */
  nativeKernels = false;

  constructor(inputs: number, outputs: number, options: Conv2dOptions) {
    super();
    const { kernelSize, stride = 1, padding = 0, groups = 1, bias = true } = options;
    const shape = [outputs, inputs / groups, kernelSize, kernelSize];
    this.weight = new Parameter(zeroWeights(shape), options.weightInitializer ?? torchDefault);
    this.bias = bias ? new Parameter(ops.zeros([outputs]), options.biasInitializer ?? torchDefaultBias(shape)) : null;
    this.stride = stride;
    this.padding = padding;
    this.groups = groups;
  }

  /** Whether our own convolutions can do it, Winograd's or a direct one: outputs in eights, on a CPU. */
  get supportsNativeKernels(): boolean {
    const { channelMultiple, largestStride } = convolutionLimits();
    const [outputs, , size] = this.weight.shape;
    const usual = this.groups === 1 && this.padding < size! && this.stride <= largestStride;
    return usual && outputs! % channelMultiple === 0 && this.weight.device === 'cpu';
  }

  /**
   * Whether Winograd's can, with a quarter of the multiplications: 3 × 3, stride 1, one zero on each side, channels in
   * eights, on a CPU.
   */
  get supportsWinograd(): boolean {
    const { channelMultiple } = convolutionLimits();
    const [outputs, inputs, height, width] = this.weight.shape;
    const same = height === 3 && width === 3 && this.stride === 1 && this.padding === 1 && this.groups === 1;
    const whole = inputs! % channelMultiple === 0 && outputs! % channelMultiple === 0;
    return same && whole && this.weight.device === 'cpu';
  }

  override forward(input: Tensor): Tensor {
    const { bias, stride, padding, groups } = this;
    if (this.nativeKernels && this.training)
      return ops.trainedConvolution(input, this.weight, { bias, stride, padding });
    return ops.conv2d(input, this.weight, { bias, stride, padding, groups });
  }
}

/** Whether any convolution of the model can be our own. */
export function supportsNativeKernels(model: Module): boolean {
  return [...model.modules()].some(([, layer]) => layer instanceof Conv2d && layer.supportsNativeKernels);
}
