/**
 * Lion (Chen et al., "Symbolic Discovery of Optimization Algorithms", NeurIPS 2023, algorithm 2): every weight moves by
 * the learning rate, in the direction of the sign of an average of gradients. Learning rates are three to ten times
 * smaller than Adam's, weight decays as many times larger (section 5).
 *
 * @module
 */
import type { Parameter } from '../nn/index.js';
import { MomentOptimizer, requireBetas, type MomentOptions, type Update } from './moments.js';
import { defineOptimizer, OPTIONS } from './optimizer.js';

export interface LionOptions extends MomentOptions {
  /** How much of the average counts in the direction, and how much of it is kept. Default [0.9, 0.99]. */
  readonly betas?: readonly [number, number] | undefined;
}

/** Lion: steps of one length along the sign of an average gradient (Chen et al., NeurIPS 2023). */
export class Lion extends MomentOptimizer {
  readonly #betas: readonly [number, number];

  /** @throws SaddlepointError ARGUMENT for an option out of its range */
  constructor(parameters: Iterable<readonly [string, Parameter]>, options: LionOptions = {}) {
    super(parameters, ['average'], options);
    const { betas = [0.9, 0.99] } = options;
    this.#betas = requireBetas(betas);
  }

  protected override update({ parameter, gradient, moments, weightDecay, learningRate }: Update): void {
    const [average] = moments as [Update['gradient']];
    const [beta1, beta2] = this.#betas;
    const direction = average
      .mul(beta1)
      .add(gradient, { alpha: 1 - beta1 })
      .sign();
    parameter.mul_(1 - learningRate * weightDecay).sub_(direction, { alpha: learningRate });
    average.lerp_(gradient, 1 - beta2);
  }
}

export const lion = defineOptimizer({
  options: {
    betas: OPTIONS.betas.default([0.9, 0.99]),
    weightDecay: OPTIONS.weightDecay.default(0),
    decayVectors: OPTIONS.decayVectors,
  },
  create: (parameters, chosen) => new Lion(parameters, chosen),
});
