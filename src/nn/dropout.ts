/**
 * Dropout (Srivastava et al., JMLR 2014) whose masks come from a named stream: LibTorch's own dropout reads
 * the global generator, and then batch size, order and resume would change the result.
 *
 * @module
 */
import { SaddlepointError, tidy, type RandomStream, type Tensor } from '../engine/index.js';
import { Module } from './module.js';

/** Where a layer's next mask comes from. */
interface Randomness {
  readonly stream: RandomStream;
  /** int64 [N] */
  readonly indices: Tensor;
}

abstract class MaskingLayer extends Module {
  /** The share of what is dropped; the rest is scaled by 1 / (1 - rate). */
  readonly rate: number;
  #randomness: Randomness | null = null;

  constructor(rate: number) {
    super();
    this.rate = rate;
  }

  /** The shape of one example's mask; it is broadcast to the example. */
  protected abstract maskShape(input: Tensor): number[];

  /** @internal Use {@link seedDropout}. */
  seed(randomness: Randomness): void {
    this.#randomness = randomness;
  }

  /**
   * @param input float [N, …]; returned as it is in evaluation mode or at rate 0
   * @throws SaddlepointError ARGUMENT in training mode without a fresh stream, or with indices of another
   *   number of examples
   */
  override forward(input: Tensor): Tensor {
    const { rate, training } = this;
    if (!training || rate === 0) return input;
    const randomness = this.#randomness;
    this.#randomness = null;
    const examples = input.size(0);
    if (randomness?.indices.size(0) !== examples) {
      const received = randomness === null ? 'none' : `indices of ${randomness.indices.size(0)} examples`;
      throw new SaddlepointError(
        'ARGUMENT',
        `expected a random stream for a batch of ${examples}, received ${received}; call seedDropout(model, stream, indices) before each forward pass in training mode`,
      );
    }
    return tidy(() => {
      const draws = randomness.stream.uniform(randomness.indices, this.maskShape(input), input.device);
      const mask = draws
        .ge(rate)
        .to({ dtype: input.dtype })
        .div(1 - rate);
      return input.mul(mask);
    });
  }
}

/** Drops single numbers, as torch.nn.Dropout does. The draws are made on the CPU, one for each number. */
export class Dropout extends MaskingLayer {
  protected override maskShape(input: Tensor): number[] {
    return input.shape.slice(1);
  }
}

/** Drops whole channels of float [N, C, H, W], as torch.nn.Dropout2d does. */
export class Dropout2d extends MaskingLayer {
  protected override maskShape(input: Tensor): number[] {
    return [input.size(1), ...input.shape.slice(2).map(() => 1)];
  }
}

/**
 * Gives every dropout layer of a model the stream of its next mask. It serves one forward pass: a training
 * loop calls this before each, and one that forgets is stopped instead of repeating a mask.
 *
 * @param stream of this step, e.g. `new RandomStream(seed, 'dropout', epoch)`; each layer derives its own
 * @param indices int64 [N]: the examples' indices in their data set; must live until the forward pass
 */
export function seedDropout(model: Module, stream: RandomStream, indices: Tensor): void {
  for (const [path, module] of model.modules()) {
    if (module instanceof MaskingLayer) module.seed({ stream: stream.derive(path), indices });
  }
}
