/**
 * An average of the weights of all steps, which is evaluated in place of the last weights.
 *
 * @module
 */
import { averageInto, noGrad, requireNumber, type Tensor } from '../../engine/index.js';
import type { Module } from '../../nn/index.js';

export interface WeightAverageOptions {
  /** Share of the old average that a step keeps, in [0, 1). */
  readonly decay: number;
}

/**
 * The exponential moving average of a model's weights and running statistics:
 * average ← τ · average + (1 - τ) · weights, with τ = min(decay, (1 + t) / (10 + t)) after step t = 0, 1, 2, …, so that
 * an average of few steps does not remember the initial weights (as in TensorFlow's ExponentialMovingAverage).
 */
export class WeightAverage implements Disposable {
  /** The averaged network. */
  readonly model: Module;
  readonly #decay: number;
  readonly #averages: readonly Tensor[];
  readonly #values: readonly Tensor[];
  /** Whole numbers, such as how many batches batch norm has seen: taken over as they are. */
  readonly #counts: readonly (readonly [Tensor, Tensor])[];

  /**
   * @param model whose weights are averaged; they may change, but must stay where they are
   * @param copy a network of the same architecture, on the same device: becomes the average, which begins as the model
   *   is
   * @throws SaddlepointError ARGUMENT for a decay outside of [0, 1); CHECKPOINT for a copy of another architecture
   */
  constructor(model: Module, copy: Module, { decay }: WeightAverageOptions) {
    this.#decay = requireNumber('the decay of the weight average', decay, 0, 1 - Number.EPSILON);
    copy.loadStateDict(model.stateDict());
    this.model = copy.eval();
    const values = model.stateDict();
    const pairs = [...copy.stateDict()].map(([name, average]) => [average, values.get(name)!] as const);
    const averaged = pairs.filter(([average]) => average.dtype.startsWith('float'));
    this.#averages = averaged.map(([average]) => average);
    this.#values = averaged.map(([, value]) => value);
    this.#counts = pairs.filter(([average]) => !average.dtype.startsWith('float'));
  }

  /** Takes the weights in as optimizer step `step` (from 0) has left them. */
  update(step: number): void {
    const kept = Math.min(this.#decay, (1 + step) / (10 + step));
    averageInto(this.#averages, this.#values, 1 - kept);
    noGrad(() => {
      for (const [average, value] of this.#counts) average.copy_(value);
    });
  }

  [Symbol.dispose](): void {
    this.model.dispose();
  }
}
