/**
 * Two-dimensional convolution.
 *
 * @module
 */
import { ops, type Tensor } from '../engine/index.js';
import { torchDefault, torchDefaultBias, type Initializer } from './initialize.js';
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

  constructor(inputs: number, outputs: number, options: Conv2dOptions) {
    super();
    const { kernelSize, stride = 1, padding = 0, groups = 1, bias = true } = options;
    const shape = [outputs, inputs / groups, kernelSize, kernelSize];
    this.weight = new Parameter(ops.zeros(shape), options.weightInitializer ?? torchDefault);
    this.bias = bias ? new Parameter(ops.zeros([outputs]), options.biasInitializer ?? torchDefaultBias(shape)) : null;
    this.stride = stride;
    this.padding = padding;
    this.groups = groups;
  }

  override forward(input: Tensor): Tensor {
    const { bias, stride, padding, groups } = this;
    return ops.conv2d(input, this.weight, { bias, stride, padding, groups });
  }
}
