/**
 * Adversarial weight perturbation (Wu, Xia and Wang, "Adversarial Weight Perturbation Helps Robust Generalization",
 * NeurIPS 2020, equations 7 to 9): the loss is minimised where a small change of the weights makes it worst, which
 * leads to flat minima and to less robust overfitting.
 *
 * @module
 */
import { backward, zeroGrad, noGrad, requireNumber, tidy, type Tensor } from '../../engine/index.js';
import { StateBuffer, type Module, type Parameter } from '../../nn/index.js';

export interface WeightPerturbationOptions {
  /** Size of the change of each layer's weights, relative to theirs: the paper's γ. Default: 0.005, the paper's. */
  readonly gamma?: number | undefined;
  /** Share of the training's steps before the first that is perturbed, in [0, 1). Default: 0. */
  readonly from?: number | undefined;
}

/** Keeps the division by the length of a gradient that is none finite. */
const TINY = 1e-20;

/**
 * Moves every weight w of two dimensions or more by γ |w| / |g| g, g the gradient of the loss; biases, scales and
 * shifts stay, as in the authors' code. The restored weights are the same to the bit.
 *
 * Deviations: weights are restored before the optimizer's step, so that weight decay sees them as they are, where the
 * authors restore after it; and the gradient is taken of the network itself, whose running statistics are put back,
 * where they take it of a copy.
 */
export class WeightPerturbation {
  readonly #gamma: number;
  readonly #from: number;
  readonly #parameters: readonly Parameter[];
  readonly #weights: readonly Parameter[];
  readonly #buffers: readonly Tensor[];

  /**
   * @param steps of the whole training
   * @throws SaddlepointError ARGUMENT for options out of their range
   */
  constructor(model: Module, { gamma = 0.005, from = 0 }: WeightPerturbationOptions, steps: number) {
    this.#gamma = requireNumber('gamma', gamma, Number.MIN_VALUE);
    this.#from = requireNumber('from', from, 0, 1 - Number.EPSILON) * steps;
    this.#parameters = model.parameters();
    this.#weights = this.#parameters.filter(({ ndim }) => ndim > 1);
    this.#buffers = [...model.stateDict().values()].filter((tensor) => tensor instanceof StateBuffer);
  }

  /**
   * Perturbs the weights against the loss. What it keeps for the restoration lives as long as the scope it is called
   * in.
   *
   * @param loss the step's loss, computed anew with gradient; called once
   * @param step from 0
   * @returns puts the weights back
   */
  perturb(loss: () => Tensor, step: number): () => void {
    if (step < this.#from) return () => undefined;
    const statistics = this.#buffers.map((buffer) => buffer.clone());
    zeroGrad(this.#parameters);
    try {
      tidy(() => {
        backward(loss());
      });
    } finally {
      noGrad(() => {
        for (const [i, buffer] of this.#buffers.entries()) buffer.copy_(statistics[i]!);
      });
    }
    const before = this.#weights.map((weight) => noGrad(() => weight.clone()));
    noGrad(() => {
      for (const weight of this.#weights) tidy(() => this.#move(weight));
    });
    return () => {
      noGrad(() => {
        for (const [i, weight] of this.#weights.entries()) weight.copy_(before[i]!);
      });
    };
  }

  #move(weight: Parameter): void {
    const { grad: gradient } = weight;
    if (gradient === null) return; // no part of this loss
    const ratio = weight.norm().div(gradient.norm().add(TINY)).mul(this.#gamma);
    weight.add_(gradient.mul(ratio));
  }
}
