/**
 * Steps over whole lists of tensors in one native call, where a call per tensor was measured to cost.
 *
 * @module
 */
import { native } from './native.js';
import type { Tensor } from './tensor.js';

export interface SgdStepOptions {
  readonly learningRate: number;
  readonly momentum: number;
  readonly dampening: number;
  readonly weightDecay: number;
  readonly nesterov: boolean;
  /** The momentum buffers hold nothing yet: they take the gradient as it is. */
  readonly first: boolean;
}

/**
 * Updates the parameters from their gradients as torch.optim.SGD does, in place. Parameters without a
 * gradient are left alone.
 *
 * @param buffers one momentum buffer a parameter, of its shape; empty when `momentum` is 0
 */
export function sgdStep(parameters: readonly Tensor[], buffers: readonly Tensor[], options: SgdStepOptions): void {
  native.sgdStep(
    parameters.map((parameter) => parameter.handle),
    buffers.map((buffer) => buffer.handle),
    options.learningRate,
    options.momentum,
    options.dampening,
    options.weightDecay,
    options.nesterov,
    options.first,
  );
}

/**
 * Moves each average towards its value, in place: average + weight · (value - average).
 *
 * @param averages float tensors
 * @param values one for each average, of its shape and dtype
 * @param weight in [0, 1]; 1 copies
 */
export function averageInto(averages: readonly Tensor[], values: readonly Tensor[], weight: number): void {
  native.averageInto(
    averages.map((average) => average.handle),
    values.map((value) => value.handle),
    weight,
  );
}
