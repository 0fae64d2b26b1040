/**
 * Two-dimensional convolution.
 *
 * @module
 */
import { convolutionLimits, ops, tidy, type Tensor } from '../engine/index.js';
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
  /**
   * Compute the training pass by our own convolutions: in float32 where {@link supportsNativeKernels}; where
   * {@link fitsTiles} in bfloat16, which the output then has, as under autocast. Default: no.
   */
  nativeKernels: 'float32' | 'bfloat16' | false = false;

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

  /** Zeros that a row or a column of the input gets, both ends together. */
  get zeros(): number {
    return 2 * this.padding;
  }

  /** As {@link fitsNativeKernels}. */
  get supportsNativeKernels(): boolean {
    return fitsNativeKernels(this);
  }

  override forward(input: Tensor): Tensor {
    const { bias, stride, padding, groups } = this;
    const kernels = this.training && this.nativeKernels;
    if (kernels === 'float32') return ops.trainedConvolution(input, this.weight, { bias, stride, padding });
    if (kernels === 'bfloat16') return ops.trainedBfloat16Convolution(input, this.weight, { bias, stride, padding });
    return ops.conv2d(input, this.weight, { bias, stride, padding, groups });
  }
}

/**
 * A convolution whose zeros stand at the right and at the bottom alone, as TensorFlow pads maps of even sides where the
 * stride is two: as many as the kernel is wider than the stride.
 */
export class EndPaddedConv2d extends Conv2d {
  constructor(inputs: number, outputs: number, options: Omit<Conv2dOptions, 'padding'>) {
    super(inputs, outputs, { ...options, padding: 0 });
  }

  override get zeros(): number {
    return Math.max(0, this.weight.size(2) - this.stride);
  }

  /** The input with its zeros. */
  pad(input: Tensor): Tensor {
    return ops.constantPad(input, [0, this.zeros, 0, this.zeros]);
  }

  override forward(input: Tensor): Tensor {
    return tidy(() => super.forward(this.pad(input)));
  }
}

/** What decides which kernels can compute a convolution. */
export interface ConvolutionForm {
  /** [O, I / groups, k, k]. */
  readonly weight: Tensor;
  readonly stride: number;
  readonly padding: number;
  readonly groups: number;
}

/** Whether our own convolutions can do it, Winograd's or a direct one: outputs in eights, on a CPU. */
export function fitsNativeKernels({ weight, stride, padding, groups }: ConvolutionForm): boolean {
  const { channelMultiple, largestStride } = convolutionLimits();
  const [outputs = 0, , height = 0, width = 0] = weight.shape;
  const usual = groups === 1 && height === width && padding < height && stride <= largestStride;
  return usual && outputs % channelMultiple === 0 && weight.device === 'cpu' && weight.dtype === 'float32';
}

/** Whether our own convolutions in bfloat16 can do it, and a processor that multiplies tiles is there. */
export function fitsTiles({ weight, stride, padding, groups }: ConvolutionForm): boolean {
  const { tiles, largestStride } = convolutionLimits();
  const [, , height = 0, width = 0] = weight.shape;
  const usual = groups === 1 && height === width && padding < height && stride <= largestStride;
  return tiles && usual && weight.device === 'cpu' && weight.dtype === 'float32';
}

/**
 * Whether Winograd's can, with a quarter of the multiplications: 3 × 3, stride 1, one zero on each side, channels in
 * eights, on a CPU.
 */
export function fitsWinograd({ weight, stride, padding, groups }: ConvolutionForm): boolean {
  const { channelMultiple } = convolutionLimits();
  const [outputs = 0, inputs = 0, height, width] = weight.shape;
  const same = height === 3 && width === 3 && stride === 1 && padding === 1 && groups === 1;
  const whole = inputs % channelMultiple === 0 && outputs % channelMultiple === 0;
  return same && whole && weight.device === 'cpu' && weight.dtype === 'float32';
}

/** Whether any convolution of the model can be our own. */
export function supportsNativeKernels(model: Module): boolean {
  return [...model.modules()].some(
    ([, layer]) => 'supportsNativeKernels' in layer && layer.supportsNativeKernels === true,
  );
}
