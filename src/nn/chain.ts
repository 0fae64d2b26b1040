/**
 * Modules one after the other: how every network here is made, so that whoever walks a network (to fold its
 * normalisation, to count, to print) finds the order of its layers as data instead of as code.
 *
 * @module
 */
import { advance, tidy, type Tensor } from '../engine/index.js';
import { BatchNorm2d } from './batch-norm.js';
import { isExactly } from './is-exactly.js';
import { ReLU } from './layers.js';
import { Module } from './module.js';

/**
 * Applies modules in order. Each intermediate result is freed as soon as the next one is there, so that
 * without gradients a deep network holds two maps at a time (with gradients, LibTorch keeps what it needs).
 *
 * @returns a new tensor; the input itself when there are no modules or each one returns it
 */
export function chain(input: Tensor, ...modules: readonly Module[]): Tensor {
  let current = input;
  for (let i = 0; i < modules.length; i += 1) {
    const compute = computation(modules[i]!, modules[i + 1]);
    if (compute.takesNext) i += 1;
    // The caller's input is not ours to free.
    current = current === input ? tidy(() => compute.run(input)) : advance(current, compute.run);
  }
  return current;
}

/** What a module computes, if it can together with the next one. */
function computation(module: Module, next: Module | undefined) {
  if (module instanceof BatchNorm2d && module.nativeKernels && isExactly(next, ReLU))
    return { takesNext: true, run: (input: Tensor) => module.forwardThroughReLU(input, null) };
  return { takesNext: false, run: (input: Tensor) => module.forward(input) };
}

/** A network that is a chain of `layers`. What it leaves alive: exactly what it returns. */
export abstract class Chain extends Module {
  /** The modules in the order of the computation; one that has no parameters may occur more than once. */
  abstract readonly layers: readonly Module[];

  override forward(input: Tensor): Tensor {
    return chain(input, ...this.layers);
  }
}

/** Layers one after the other; their names in the state dict are `0`, `1`, … as PyTorch's Sequential. */
export class Sequential extends Chain {
  readonly layers: readonly Module[];

  constructor(...layers: readonly Module[]) {
    super();
    this.layers = layers;
  }

  override *children(): Generator<readonly [string, Module]> {
    for (const [index, layer] of this.layers.entries()) yield [String(index), layer];
  }
}

/** Returns its input itself: stands where an option takes a layer out. */
export class Identity extends Module {
  override forward(input: Tensor): Tensor {
    return input;
  }
}
