/**
 * Batch normalisation (Ioffe and Szegedy, ICML 2015).
 *
 * @module
 */
import { noGrad, ops, SaddlepointError, type Tensor } from '../engine/index.js';
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

  /** @throws SaddlepointError ARGUMENT for a single value a channel in training mode: it has no variance */
  override forward(input: Tensor): Tensor {
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
