/**
 * The attack network: a frozen view of a model for an attack's inner loop, where the weights stand still
 * and only the images' gradient is wanted. Batch norm is folded into the convolutions, no weight has a
 * gradient, and precision and memory layout are those the machine is fastest with.
 *
 * @module
 */
import { noGrad, tidy, type Tensor } from '../../engine/index.js';
import { Module } from '../../nn/index.js';
import { runSteps, type FrozenBackend, type Prepare, type Step } from './step.js';
import { compileNetwork } from './steps.js';

export type { FrozenBackend };

/** Float32 in LibTorch's usual layout: the backend whose results are the model's own to rounding. */
export const PLAIN_BACKEND: FrozenBackend = { dtype: 'float32', memoryFormat: 'contiguous' };

/** A convolution's weights as a backend wants them. */
export type Prepared = readonly (Tensor | null)[];

/** The backends by the names recipes and evaluations use. */
export const FROZEN_BACKENDS = {
  plain: PLAIN_BACKEND,
  'channels-last': { dtype: 'float32', memoryFormat: 'channels-last' },
  winograd: { dtype: 'float32', memoryFormat: 'channels-last', winograd: true },
  tf32: { dtype: 'float32', memoryFormat: 'channels-last', tf32: true },
  bfloat16: { dtype: 'bfloat16', memoryFormat: 'channels-last' },
} as const satisfies Readonly<Record<string, FrozenBackend>>;

/**
 * A model as it is in evaluation mode now. It follows from the model's structure, so every network has
 * one; it does not follow later updates: make a new one after each (about 1 ms for a ResNet-18).
 *
 * Inputs must lie in [0, 1]. In float32 its logits are the model's to 1e-4.
 */
export class AttackNetwork extends Module {
  /** What it computes with, as far as it is not the model's own. They belong to the scope it was made in. */
  readonly prepared: readonly Prepared[];
  readonly #steps: readonly Step[];
  readonly #backend: FrozenBackend;

  /**
   * Its tensors belong to the caller's scope.
   *
   * @param prepared by a network of the same architecture, weights and backend; default: prepared anew
   */
  constructor(model: Module, backend: FrozenBackend = PLAIN_BACKEND, prepared?: readonly Prepared[]) {
    super();
    this.training = false;
    this.#backend = backend;
    const made: Prepared[] = [];
    const prepare: Prepare = (make) => {
      const tensors = (prepared?.[made.length] as ReturnType<typeof make> | undefined) ?? tidy(make);
      made.push(tensors);
      return tensors;
    };
    this.#steps = noGrad(() => compileNetwork(model, backend, prepare));
    this.prepared = made;
  }

  /** @param images float32 [N, C, H, W] in [0, 1]; returns float32 logits */
  override forward(images: Tensor): Tensor {
    return tidy(() => {
      const { dtype, memoryFormat } = this.#backend;
      const input = images.to({ dtype }).contiguous({ memoryFormat });
      return runSteps(this.#steps, input).to({ dtype: 'float32' });
    });
  }
}
