/**
 * The fully connected layer.
 *
 * @module
 */
import { ops, SaddlepointError, type Tensor } from '../engine/index.js';
import { zeroWeights } from './building.js';
import { torchDefault, torchDefaultBias, type Initializer } from './initializers.js';
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

  /** @throws SaddlepointError ARGUMENT for inputs of another length */
  override forward(input: Tensor): Tensor {
    try {
      return ops.linear(input, this.weight, { bias: this.bias });
    } catch (cause) {
      const [length, inputs] = [input.shape.at(-1), this.weight.shape[1]!];
      if (length === inputs) throw cause;
      throw new SaddlepointError(
        'ARGUMENT',
        `expected ${inputs} values an example for a linear layer, received ${length ?? 'none'} ([${input.shape.join(', ')}]). Strides, paddings and pooling before it decide how many there are`,
        { cause },
      );
    }
  }
}
