/**
 * Batch normalisation (Ioffe and Szegedy, ICML 2015).
 *
 * @module
 */
import { noGrad, ops, SaddlepointError, tidy, type Tensor } from '../engine/index.js';
import { ones, zeros, type Initializer } from './initializers.js';
import { Module, Parameter, StateBuffer } from './module.js';

export interface BatchNorm2dOptions {
  /** Default 1e-5. */
  epsilon?: number;
  /** Share of the new batch in the running statistics. Default 0.1. */
  momentum?: number;
  /** Learn a scale and a shift. Default true. */
  affine?: boolean;
  /** Default: ones. */
  weightInitializer?: Initializer;
}

/**
 * Normalises each channel of float [N, C, H, W], as torch.nn.BatchNorm2d does: by the batch in training
 * mode, which updates the running statistics, and by these in evaluation mode.
 */
export class BatchNorm2d extends Module {
  readonly weight: Parameter | null;
  readonly bias: Parameter | null;
  readonly running_mean: StateBuffer;
  readonly running_var: StateBuffer;
  readonly num_batches_tracked: StateBuffer;
  readonly epsilon: number;
  /** Share of the new batch in the running statistics. */
  momentum: number;
  #nativeKernels = false;

  constructor(channels: number, options: BatchNorm2dOptions = {}) {
    super();
    const { epsilon = 1e-5, momentum = 0.1, affine = true, weightInitializer = ones } = options;
    this.weight = affine ? new Parameter(ops.ones([channels]), weightInitializer) : null;
    this.bias = affine ? new Parameter(ops.zeros([channels]), zeros) : null;
    this.running_mean = new StateBuffer(ops.zeros([channels]));
    this.running_var = new StateBuffer(ops.ones([channels]));
    // PyTorch before 0.4.1 and several converters write weights without it, and nothing computes with it.
    this.num_batches_tracked = new StateBuffer(ops.zeros([], { dtype: 'int64' }), { optional: true });
    this.epsilon = epsilon;
    this.momentum = momentum;
  }

  /**
   * Whether training computes bfloat16 by our own operator, with what follows: set by the training pass for as long as
   * it lasts. No field, as it is no part of what the layer is.
   */
  get nativeKernels(): boolean {
    return this.#nativeKernels;
  }

  set nativeKernels(on: boolean) {
    this.#nativeKernels = on;
  }

  /** @throws SaddlepointError ARGUMENT for a single value a channel in training mode: it has no variance */
  override forward(input: Tensor): Tensor {
    return this.#isNative(input) ? this.#forwardNative(input, null, false) : this.#forward(input);
  }

  /** The same, plus a residual, and through ReLU: one computation where it can be. */
  forwardThroughReLU(input: Tensor, residual: Tensor | null): Tensor {
    if (this.#isNative(input) && (residual === null || residual.dtype === 'bfloat16'))
      return this.#forwardNative(input, residual, true);
    return tidy(() => {
      const normalized = this.#forward(input);
      return (residual === null ? normalized : normalized.add(residual)).relu();
    });
  }

  /** Where the variance is one of nothing, the ordinary way says so. */
  #isNative(input: Tensor): boolean {
    if (!this.#nativeKernels || !this.training || this.weight === null || this.bias === null) return false;
    const fits = input.dtype === 'bfloat16' && input.ndim === 4 && input.device === 'cpu';
    return fits && input.numel() > input.size(1);
  }

  #forwardNative(input: Tensor, residual: Tensor | null, relu: boolean): Tensor {
    noGrad(() => this.num_batches_tracked.add_(1));
    const { weight, bias, running_mean, running_var, momentum, epsilon } = this;
    return ops.trainedBfloat16Norm(input, weight!, bias!, residual, running_mean, running_var, momentum, epsilon, relu);
  }

  #forward(input: Tensor): Tensor {
    if (this.training && input.numel() === input.size(1)) {
      throw new SaddlepointError(
        'ARGUMENT',
        `expected more than one value a channel for batch normalisation in training, received [${input.shape.join(', ')}]`,
      );
    }
    if (this.training) noGrad(() => this.num_batches_tracked.add_(1));
    const { weight, bias, running_mean, running_var, training, momentum, epsilon } = this;
    return ops.batchNorm(input, weight, bias, running_mean, running_var, training, momentum, epsilon, true);
  }
}
