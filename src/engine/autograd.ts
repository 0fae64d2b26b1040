/**
 * LibTorch's automatic differentiation: `backward`, `grad`, and the modes that switch it.
 *
 * @module
 */
import type { Device } from './dtypes.js';
import { describeValue, SaddlepointError } from './errors.js';
import { native } from './native.js';
import { Tensor } from './tensor.js';

export interface GradOptions {
  /** Gradients of the outputs, when they are not scalars. */
  gradients?: readonly Tensor[];
  /** Keep the graph for a second pass. Default: false. */
  retainGraph?: boolean;
  /** Make the gradients themselves differentiable. Default: false. */
  createGraph?: boolean;
}

function handleOf(tensor: Tensor): number {
  if (tensor instanceof Tensor) return tensor.handle;
  throw new SaddlepointError('ARGUMENT', `expected a tensor, received ${describeValue(tensor)}`);
}

function handles(tensors: readonly Tensor[]): number[] {
  if (Array.isArray(tensors)) return tensors.map(handleOf);
  throw new SaddlepointError('ARGUMENT', `expected an array of tensors, received ${describeValue(tensors)}`);
}

/**
 * Adds the gradients of `output` to `.gradient` of every leaf that requires one.
 *
 * @param output a scalar, or any shape when `gradients` says what to weigh it with
 * @throws SaddlepointError TORCH when the output does not depend on anything that requires a gradient
 */
export function backward(output: Tensor, options: GradOptions = {}): void {
  const { gradients, createGraph = false, retainGraph = createGraph } = options;
  native.backward([handleOf(output)], gradients && handles(gradients), retainGraph, createGraph);
}

/**
 * The gradients of `output` with respect to `inputs`, and nothing else: no weight gradient is computed,
 * no `.gradient` is touched. This is what an attack wants.
 *
 * @returns one new tensor an input, of its shape
 * @throws SaddlepointError TORCH when the output does not depend on one of the inputs
 */
export function grad(output: Tensor, inputs: readonly Tensor[], options: GradOptions = {}): Tensor[] {
  const { gradients, createGraph = false, retainGraph = createGraph } = options;
  const results = native.grad(
    [handleOf(output)],
    handles(inputs),
    gradients && handles(gradients),
    retainGraph,
    createGraph,
    false,
  );
  return results.map((handle) => new Tensor(handle!));
}

/** Forgets the gradients of the given tensors, as if `backward` had never run. */
export function zeroGrad(tensors: readonly Tensor[]): void {
  native.clearGradients(handles(tensors));
}

function inGradMode<T>(enabled: boolean, fn: () => T): T {
  const previous = native.setGradMode(enabled);
  try {
    return synchronous(fn());
  } finally {
    native.setGradMode(previous);
  }
}

/** Runs `fn` without recording operations for differentiation. Synchronous: the mode belongs to the thread. */
export function noGrad<T>(fn: () => T): T {
  return inGradMode(false, fn);
}

/** Runs `fn` recording operations, also inside {@link noGrad}. */
export function enableGrad<T>(fn: () => T): T {
  return inGradMode(true, fn);
}

let autocastDepth = 0;

/**
 * Runs `fn` with LibTorch's automatic mixed precision: convolutions and matrix products in `dtype`,
 * reductions and losses in float32. Weights stay as they are.
 */
export function autocast<T>(dtype: 'bfloat16' | 'float16', fn: () => T, device: Device = 'cpu'): T {
  const previous = native.exchangeAutocast(device, true, dtype);
  autocastDepth += 1;
  try {
    return synchronous(fn());
  } finally {
    autocastDepth -= 1;
    // The cached casts are of weights that the next update changes.
    if (autocastDepth === 0) native.clearAutocastCache();
    native.exchangeAutocast(device, previous.enabled, previous.dtype);
  }
}

function synchronous<T>(result: T): T {
  if (result instanceof Promise) {
    throw new SaddlepointError('ARGUMENT', 'expected a synchronous function, received one that returns a promise');
  }
  return result;
}
