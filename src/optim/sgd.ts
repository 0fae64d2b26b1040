/**
 * Stochastic gradient descent with momentum, Nesterov and weight decay.
 *
 * @module
 */
import { z } from 'zod';
import { zeroGrad, keep, noGrad, ops, requireNumber, SaddlepointError, sgdStep, type Tensor } from '../engine/index.js';
import type { Parameter } from '../nn/index.js';
import { defineOptimizer, OPTIONS, type Optimizer } from './optimizer.js';

export interface SgdOptions {
  /** Default 0. */
  momentum?: number;
  /** Default 0; must be 0 with Nesterov. */
  dampening?: number;
  /** L2 penalty added to the gradient. Default 0. */
  weightDecay?: number;
  /** Default false. */
  nesterov?: boolean;
  /**
   * Whether the penalty is on vectors, too, which are biases and the scales and shifts of normalisation. Default true.
   */
  decayVectors?: boolean;
}

/** torch.optim.SGD's update over a list of named parameters, in a native call or two a step. */
export class Sgd implements Optimizer {
  readonly options: Readonly<Required<SgdOptions>>;
  readonly #names: readonly string[];
  readonly #parameters: readonly Parameter[];
  /** Positions of the parameters with the penalty, and of those without. */
  readonly #groups: readonly (readonly [weightDecay: number, positions: readonly number[]])[];
  #buffers: Tensor[] = [];
  #started = false;

  /** @throws SaddlepointError ARGUMENT for options that make no sense together. */
  constructor(parameters: Iterable<readonly [string, Parameter]>, options: SgdOptions = {}) {
    const { momentum = 0, dampening = 0, weightDecay = 0, nesterov = false, decayVectors = true } = options;
    requireNumber('momentum', momentum, 0, 1);
    requireNumber('dampening', dampening, 0, 1);
    requireNumber('weightDecay', weightDecay, 0);
    if (nesterov && (momentum === 0 || dampening !== 0)) {
      throw new SaddlepointError(
        'ARGUMENT',
        `Nesterov needs a momentum above 0 and no dampening, received momentum ${momentum} and dampening ${dampening}`,
      );
    }
    const named = [...parameters];
    this.#names = named.map(([name]) => name);
    this.#parameters = named.map(([, parameter]) => parameter);
    this.options = Object.freeze({ momentum, dampening, weightDecay, nesterov, decayVectors });
    const isFree = ({ ndim }: Parameter) => !decayVectors && ndim <= 1;
    const positions = (free: boolean) =>
      [...this.#parameters.keys()].filter((i) => isFree(this.#parameters[i]!) === free);
    this.#groups = [
      [weightDecay, positions(false)],
      [0, positions(true)],
    ];
    if (momentum !== 0)
      this.#buffers = this.#parameters.map((parameter) => keep(noGrad(() => ops.zerosLike(parameter))));
  }

  /** Updates the parameters in place from their gradients. */
  step(learningRate: number): void {
    requireNumber('the learning rate', learningRate, 0);
    for (const [weightDecay, positions] of this.#groups) {
      if (positions.length === 0) continue;
      const buffers = this.#buffers.length === 0 ? [] : positions.map((i) => this.#buffers[i]!);
      const options = { learningRate, ...this.options, weightDecay, first: !this.#started };
      sgdStep(
        positions.map((i) => this.#parameters[i]!),
        buffers,
        options,
      );
    }
    this.#started = true;
  }

  /** Forgets all gradients; call it before each backward pass. */
  zeroGrad(): void {
    zeroGrad(this.#parameters);
  }

  /** The momentum buffers themselves, by parameter name; empty before the first step. */
  stateDict(): ReadonlyMap<string, Tensor> {
    if (!this.#started) return new Map();
    return new Map(this.#buffers.map((buffer, index) => [this.#names[index]!, buffer]));
  }

  /** Copies momentum buffers in. @throws SaddlepointError CHECKPOINT when names or shapes differ. */
  loadStateDict(state: ReadonlyMap<string, Tensor>): void {
    if (state.size === 0) {
      this.#started = false;
      return;
    }
    const fits =
      state.size === this.#buffers.length &&
      this.#names.every((name, index) => state.get(name)?.shape.join() === this.#buffers[index]!.shape.join());
    if (!fits) {
      throw new SaddlepointError(
        'CHECKPOINT',
        `this optimizer state (${state.size} tensors) does not fit the ${this.#names.length} parameters. Was it ` +
          'saved from another model?',
      );
    }
    noGrad(() => {
      this.#buffers.forEach((buffer, index) => buffer.copy_(state.get(this.#names[index]!)!));
    });
    this.#started = true;
  }

  dispose(): void {
    for (const buffer of this.#buffers) buffer.dispose();
    this.#buffers = [];
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

export const sgd = defineOptimizer({
  options: {
    momentum: z.number().min(0).lt(1).default(0.9),
    nesterov: z.boolean().default(true),
    weightDecay: OPTIONS.weightDecay.default(0.0005),
    decayVectors: OPTIONS.decayVectors,
  },
  create: (parameters, options) => new Sgd(parameters, options),
});
