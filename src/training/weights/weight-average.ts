/**
 * An average of the weights of many steps, which is evaluated in place of the last weights.
 *
 * @module
 */
import { averageInto, noGrad, type Tensor } from '../../engine/index.js';
import { StateBuffer, type Module } from '../../nn/index.js';
import { isReestimated, type WeightAverageOptions } from './average-schema.js';
import { equalShare, exponentialShare, type NewShare } from './new-share.js';

/** How long a training is, which decides when weights are taken in. */
export interface TrainingLength {
  readonly steps: number;
  readonly stepsPerEpoch: number;
}

/**
 * An average of a model's weights and, unless they are to be re-estimated, of its running statistics: average ← average
 * + share · (weights − average), with the share of an exponential or of an equal average.
 */
export class WeightAverage implements Disposable {
  /** The averaged network, in evaluation mode. */
  readonly model: Module;
  readonly #share: NewShare;
  readonly #averages: readonly Tensor[];
  readonly #values: readonly Tensor[];
  /** What is taken over as it is: whole numbers, such as how many batches batch norm has seen. */
  readonly #counts: readonly (readonly [Tensor, Tensor])[];
  /** What somebody else estimates; until weights are averaged, they are the model's. */
  readonly #statistics: readonly (readonly [Tensor, Tensor])[];

  /**
   * @param model whose weights are averaged; they may change, but must stay where they are
   * @param copy a network of the same architecture, on the same device: becomes the average, which begins as the model
   *   is
   * @throws SaddlepointError ARGUMENT for options out of their range; CHECKPOINT for a copy of another architecture
   */
  constructor(model: Module, copy: Module, options: WeightAverageOptions, length: TrainingLength) {
    this.#share = shareOf(options, length);
    copy.loadStateDict(model.stateDict());
    this.model = copy.eval();
    const values = model.stateDict();
    const pairs = [...copy.stateDict()].map(([name, average]) => [average, values.get(name)!] as const);
    const isLeft = ([average]: readonly [Tensor, Tensor]) => isReestimated(options) && average instanceof StateBuffer;
    const isFloat = ([average]: readonly [Tensor, Tensor]) => average.dtype.startsWith('float');
    const averaged = pairs.filter((pair) => isFloat(pair) && !isLeft(pair));
    this.#averages = averaged.map(([average]) => average);
    this.#values = averaged.map(([, value]) => value);
    this.#counts = pairs.filter((pair) => !isFloat(pair) && !isLeft(pair));
    this.#statistics = pairs.filter(isLeft);
  }

  /** Takes the weights in, if it is their turn, as optimizer step `step` (from 0) has left them. */
  update(step: number): void {
    const share = this.#share(step);
    if (share === 0) return;
    averageInto(this.#averages, this.#values, share);
    noGrad(() => {
      for (const [average, value] of this.#counts) average.copy_(value);
      if (share === 1) for (const [average, value] of this.#statistics) average.copy_(value);
    });
  }

  [Symbol.dispose](): void {
    this.model.dispose();
  }
}

function shareOf(options: WeightAverageOptions, { steps, stepsPerEpoch }: TrainingLength): NewShare {
  if (options.name !== 'swa') return exponentialShare(options.decay);
  const { from = 0.75, every = 1 } = options;
  return equalShare(steps, from, Math.max(1, Math.round(every * stepsPerEpoch)));
}
