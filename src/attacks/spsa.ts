/**
 * SPSA (Uesato, O'Donoghue, van den Oord and Kohli, "Adversarial Risk and the Dangers of Evaluating Against Weak
 * Attacks", ICML 2018, algorithm 1; Spall, 1992): the gradient is estimated from the network's answers to pairs of
 * images that differ by a random sign in every pixel, so that a network which hides its gradients does not escape. Adam
 * then takes a step, which is projected back.
 *
 * Deviations: the objective is any of ours (the margin by default, as the paper's), and random signs belong to the
 * example, so that batches change nothing.
 *
 * @module
 */
import { z } from 'zod';
import { advance, ops, requireInteger, requireNumber, tidy, type RandomStream, type Tensor } from '../engine/index.js';
import { Attack, better, type AttackResult } from './attack.js';
import { defineAttack, OPTIONS } from './definition.js';
import { marginObjective, type Objective } from './objectives/index.js';
import type { ThreatModel } from './threat-models/index.js';
import type { AttackContext } from './attack-context.js';

export interface SpsaOptions {
  readonly norm: ThreatModel;
  /** For images in [0, 1]. */
  readonly epsilon: number;
  /** Steps of Adam. Default: 100. */
  readonly steps?: number | undefined;
  /** Pairs of images that each estimate of the gradient averages. Default: 64; the paper has up to 4096. */
  readonly pairs?: number | undefined;
  /** How far from the iterate the network is asked, the paper's δ. Default: 0.01. */
  readonly distance?: number | undefined;
  /** Adam's. Default: 0.01. */
  readonly stepSize?: number | undefined;
  /** Default: margin. */
  readonly objective?: Objective | undefined;
}

/** Adam's decay rates, and what keeps its division finite (Kingma and Ba, ICLR 2015). */
const [BETA1, BETA2, TINY] = [0.9, 0.999, 1e-8];

export class Spsa extends Attack {
  override readonly name = 'spsa';
  readonly steps: number;
  readonly pairs: number;
  readonly distance: number;
  readonly stepSize: number;

  /** @throws SaddlepointError ARGUMENT for an option that is out of its range */
  constructor(options: SpsaOptions) {
    super(options.norm, options.epsilon, options.objective ?? marginObjective);
    this.steps = requireInteger('steps', options.steps ?? 100, 1);
    this.pairs = requireInteger('pairs', options.pairs ?? 64, 1);
    this.distance = requireNumber('distance', options.distance ?? 0.01, Number.MIN_VALUE);
    this.stepSize = requireNumber('stepSize', options.stepSize ?? 0.01, Number.MIN_VALUE);
  }

  protected override search(context: AttackContext): AttackResult {
    const { images, randomness } = context;
    const nothing = () => ops.zerosLike(images);
    let state: State = {
      found: { images: images.clone(), ...context.query(images) },
      current: images.clone(),
      mean: nothing(),
      square: nothing(),
    };
    for (let step = 1; step <= this.steps; step += 1) {
      const stream = randomness.stream.derive('step', step);
      state = advance(state, (before) => this.#step(context, before, stream, step));
    }
    return state.found;
  }

  #step(context: AttackContext, { found, current, mean, square }: State, stream: RandomStream, step: number): State {
    const gradient = this.#estimate(context, current, stream);
    const first = mean.mul(BETA1).add(gradient, { alpha: 1 - BETA1 });
    const second = square.mul(BETA2).add(gradient.square(), { alpha: 1 - BETA2 });
    const direction = first.div(1 - BETA1 ** step).div(
      second
        .div(1 - BETA2 ** step)
        .sqrt()
        .add(TINY),
    );
    const next = this.project(context.images, current.add(direction, { alpha: this.stepSize }));
    return {
      found: better(found, { images: next, ...context.query(next) }),
      current: next,
      mean: first,
      square: second,
    };
  }

  /** The average over pairs of (f(x + δv) - f(x - δv)) / 2δ · v, v of random signs. */
  #estimate(context: AttackContext, current: Tensor, stream: RandomStream): Tensor {
    const { images, randomness } = context;
    let sum: Tensor = ops.zerosLike(images);
    for (let pair = 0; pair < this.pairs; pair += 1) {
      sum = advance(sum, (before) =>
        tidy(() => {
          const drawn = stream.derive('pair', pair).uniform(randomness.indices, images.shape.slice(1), images.device);
          const signs = drawn.sub(0.5).sign();
          const [above, below] = [1, -1].map((side) => current.add(signs, { alpha: side * this.distance }));
          const slope = context.query(above!).value.sub(context.query(below!).value);
          return before.add(signs.mul(slope.reshape([-1, 1, 1, 1])));
        }),
      );
    }
    return sum.div(2 * this.distance * this.pairs);
  }
}

interface State {
  readonly found: AttackResult;
  readonly current: Tensor;
  /** Adam's moments. */
  readonly mean: Tensor;
  readonly square: Tensor;
}

export const spsaAttack = defineAttack({
  label: 'SPSA',
  about: "gradients estimated from the network's answers alone (Uesato et al., 2018)",
  norms: 'all',
  steps: 100,
  options: {
    stepSize: OPTIONS.stepSize,
    objective: OPTIONS.objective,
    target: OPTIONS.target,
    pairs: z.int().min(1).optional(),
    distance: z.number().positive().optional(),
  },
  blackBox: true,
  create: (options) => new Spsa(options),
});
