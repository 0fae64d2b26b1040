/**
 * The bookkeeping of optimizers that keep running averages, their moments, of each parameter's gradients.
 *
 * @module
 */
import {
  keep,
  noGrad,
  ops,
  requireNumber,
  SaddlepointError,
  tensor,
  tidy,
  zeroGrad,
  type Tensor,
} from '../engine/index.js';
import type { Parameter } from '../nn/index.js';
import type { Optimizer } from './optimizer.js';

/** Where the state has the number of steps done. */
const STEP = 'step';

/** The largest share of an average that may be kept: with all of it, no gradient would count. */
const BELOW_ONE = 1 - Number.EPSILON;

/** @throws SaddlepointError ARGUMENT for a decay rate that is not in [0, 1) */
export function requireBetas(betas: readonly [number, number]): readonly [number, number] {
  for (const beta of betas) requireNumber('betas', beta, 0, BELOW_ONE);
  return betas;
}

export interface MomentOptions {
  /** Default 0. */
  readonly weightDecay?: number | undefined;
  /** Whether vectors decay, too, which are biases and the scales and shifts of normalisation. Default true. */
  readonly decayVectors?: boolean | undefined;
}

/** One parameter in one step. */
export interface Update {
  readonly parameter: Parameter;
  readonly gradient: Tensor;
  /** The running averages, by the order of their names, of the parameter's shape. */
  readonly moments: readonly Tensor[];
  /** Of this parameter. */
  readonly weightDecay: number;
  readonly learningRate: number;
  /** Counted from 1. */
  readonly step: number;
}

/** The base of optimizers with running averages of the gradients; a subclass says the update. */
export abstract class MomentOptimizer implements Optimizer {
  readonly #names: readonly string[];
  readonly #parameters: readonly Parameter[];
  readonly #kinds: readonly string[];
  readonly #weightDecay: number;
  readonly #decayVectors: boolean;
  /** Of each parameter, one a kind. */
  #moments: readonly (readonly Tensor[])[];
  readonly #step: Tensor;
  #done = 0;

  /**
   * @param kinds what its moments are called in the state
   * @throws SaddlepointError ARGUMENT for a weight decay below zero
   */
  constructor(
    parameters: Iterable<readonly [string, Parameter]>,
    kinds: readonly string[],
    { weightDecay = 0, decayVectors = true }: MomentOptions,
  ) {
    this.#weightDecay = requireNumber('weightDecay', weightDecay, 0);
    this.#decayVectors = decayVectors;
    const named = [...parameters];
    this.#names = named.map(([name]) => name);
    this.#parameters = named.map(([, parameter]) => parameter);
    this.#kinds = kinds;
    this.#moments = this.#parameters.map((parameter) => kinds.map(() => keep(noGrad(() => ops.zerosLike(parameter)))));
    this.#step = keep(tensor([0]));
  }

  /** Changes parameter and moments in place. */
  protected abstract update(update: Update): void;

  step(learningRate: number): void {
    requireNumber('the learning rate', learningRate, 0);
    const step = (this.#done += 1);
    noGrad(() => {
      this.#parameters.forEach((parameter, index) => {
        tidy(() => {
          const gradient = parameter.grad;
          if (gradient === null) return;
          const decays = this.#decayVectors || parameter.ndim > 1;
          const weightDecay = decays ? this.#weightDecay : 0;
          this.update({ parameter, gradient, moments: this.#moments[index]!, weightDecay, learningRate, step });
        });
      });
      tidy(() => this.#step.fill_(step));
    });
  }

  zeroGrad(): void {
    zeroGrad(this.#parameters);
  }

  stateDict(): ReadonlyMap<string, Tensor> {
    return this.#done === 0 ? new Map() : this.#state();
  }

  #state(): Map<string, Tensor> {
    const moments = this.#moments.flatMap((all, index) =>
      all.map((moment, kind) => [`${this.#kinds[kind]!}/${this.#names[index]!}`, moment] as const),
    );
    return new Map([...moments, [STEP, this.#step]]);
  }

  loadStateDict(state: ReadonlyMap<string, Tensor>): void {
    const own = this.#state();
    if (state.size > 0) {
      const fits =
        state.size === own.size &&
        [...own].every(([name, { shape }]) => state.get(name)?.shape.join() === shape.join());
      if (!fits) {
        throw new SaddlepointError(
          'CHECKPOINT',
          `this optimizer state (${state.size} tensors) does not fit the ${this.#names.length} parameters. Was ` +
            'it saved from another model, or with another optimizer?',
        );
      }
    }
    noGrad(() => {
      tidy(() => {
        for (const [name, value] of own) {
          const saved = state.get(name);
          if (saved === undefined) value.zero_();
          else value.copy_(saved);
        }
      });
    });
    this.#done = this.#step.item();
  }

  [Symbol.dispose](): void {
    for (const value of this.#state().values()) value.dispose();
    this.#moments = [];
  }
}
