/**
 * Adam (Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, algorithm 1), and AdamW, whose weight
 * decay does not pass through the moments (Loshchilov and Hutter, "Decoupled Weight Decay Regularization", ICLR 2019,
 * algorithm 2).
 *
 * @module
 */
import { z } from 'zod';
import { requireNumber } from '../engine/index.js';
import type { Parameter } from '../nn/index.js';
import { MomentOptimizer, requireBetas, type MomentOptions, type Update } from './moments.js';
import { defineOptimizer, OPTIONS } from './optimizer.js';

export interface AdamOptions extends MomentOptions {
  /** Decay rates of the averages of gradients and of their squares. Default [0.9, 0.999]. */
  readonly betas?: readonly [number, number] | undefined;
  /** Keeps the division finite. Default 1e-8. */
  readonly epsilon?: number | undefined;
}

/** torch.optim.Adam's update: the weight decay is an L2 penalty, added to the gradient. */
export class Adam extends MomentOptimizer {
  readonly #betas: readonly [number, number];
  readonly #epsilon: number;
  readonly #decoupled: boolean;

  /** @throws SaddlepointError ARGUMENT for an option out of its range */
  constructor(parameters: Iterable<readonly [string, Parameter]>, options: AdamOptions = {}, decoupled = false) {
    const { betas = [0.9, 0.999], epsilon = 1e-8 } = options;
    super(parameters, ['first', 'second'], options);
    this.#betas = requireBetas(betas);
    this.#epsilon = requireNumber('epsilon', epsilon, 0);
    this.#decoupled = decoupled;
  }

  protected override update({ parameter, gradient, moments, weightDecay, learningRate, step }: Update): void {
    const [first, second] = moments as [Update['gradient'], Update['gradient']];
    const [beta1, beta2] = this.#betas;
    if (this.#decoupled) parameter.mul_(1 - learningRate * weightDecay);
    const slope = this.#decoupled || weightDecay === 0 ? gradient : gradient.add(parameter, { alpha: weightDecay });
    first.lerp_(slope, 1 - beta1);
    second.mul_(beta2).add_(slope.square(), { alpha: 1 - beta2 });
    const size = second
      .sqrt()
      .div(Math.sqrt(1 - beta2 ** step))
      .add(this.#epsilon);
    parameter.sub_(first.div(size), { alpha: learningRate / (1 - beta1 ** step) });
  }
}

/** torch.optim.AdamW's update. */
export class AdamW extends Adam {
  constructor(parameters: Iterable<readonly [string, Parameter]>, options: AdamOptions = {}) {
    super(parameters, { ...options, weightDecay: options.weightDecay ?? 0.01 }, true);
  }
}

const options = (weightDecay: number) => ({
  betas: OPTIONS.betas.default([0.9, 0.999]),
  epsilon: z.number().positive().default(1e-8),
  weightDecay: OPTIONS.weightDecay.default(weightDecay),
  decayVectors: OPTIONS.decayVectors,
});

export const adam = defineOptimizer({
  options: options(0),
  create: (parameters, chosen) => new Adam(parameters, chosen),
});
export const adamw = defineOptimizer({
  options: options(0.01),
  create: (parameters, chosen) => new AdamW(parameters, chosen),
});
