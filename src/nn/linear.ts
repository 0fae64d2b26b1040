/**
 * The fully connected layer.
 *
 * @module
 */
import { ops, type Tensor } from '../engine/index.js';
import { zeroWeights } from './building.js';
import { torchDefault, torchDefaultBias, type Initializer } from './initialize.js';
import { Module, Parameter } from './module.js';

export interface LinearOptions {
  /** Default true. */
  bias?: boolean;
  /** Default: PyTorch's. */
  weightInitializer?: Initializer;
  biasInitializer?: Initializer;
}

/** Maps float [N, inputs] to [N, outputs], as torch.nn.Linear does. */
export class Linear extends Module {
  readonly weight: Parameter;
  readonly bias: Parameter | null;

  constructor(inputs: number, outputs: number, options: LinearOptions = {}) {
    super();
    const shape = [outputs, inputs];
    this.weight = new Parameter(zeroWeights(shape), options.weightInitializer ?? torchDefault);
    this.bias =
      (options.bias ?? true)
        ? new Parameter(ops.zeros([outputs]), options.biasInitializer ?? torchDefaultBias(shape))
        : null;
  }

  override forward(input: Tensor): Tensor {
    return ops.linear(input, this.weight, { bias: this.bias });
  }
}
