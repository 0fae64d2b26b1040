/**
 * Projected gradient descent (Madry et al., "Towards Deep Learning Models Resistant to Adversarial
 * Attacks", ICLR 2018, section 2.1): steepest-ascent steps on the objective, each projected back into
 * the ball and the box.
 *
 * @module
 */
import {
  advance,
  describeValue,
  requireInteger,
  requireNumber,
  SaddlepointError,
  type Tensor,
} from '../engine/index.js';
import { Attack, better, type AttackResult, type Victim } from './attack.js';
import { uniform, type Initialization } from './initializations/index.js';
import type { Norm } from './norms/index.js';
import { crossEntropyObjective, type Objective } from './objectives/index.js';

export interface PgdOptions {
  readonly norm: Norm;
  /** For images in [0, 1]. */
  readonly epsilon: number;
  /** Gradient steps. */
  readonly steps: number;
  /** Length of a step in the norm. Default: 2.5 epsilon / steps, which can cross the ball. */
  readonly stepSize?: number | undefined;
  /** Default: uniform in the ball. */
  readonly initialization?: Initialization | undefined;
  /** Default: cross-entropy. */
  readonly objective?: Objective | undefined;
  /**
   * `best` returns each example's strongest iterate (misclassified before not, then by objective), at the
   * cost of one more forward pass; `last` the last one. Default: best.
   */
  readonly iterate?: 'best' | 'last' | undefined;
}

export class Pgd extends Attack {
  override readonly name = 'pgd';
  readonly steps: number;
  readonly stepSize: number;
  readonly initialization: Initialization;
  readonly iterate: 'best' | 'last';

  /** @throws SaddlepointError ARGUMENT for a negative or non-finite option. */
  constructor(options: PgdOptions) {
    super(options.norm, options.epsilon, options.objective ?? crossEntropyObjective);
    this.steps = requireInteger('steps', options.steps, 0);
    this.stepSize = requireNumber('stepSize', options.stepSize ?? (2.5 * this.epsilon) / Math.max(1, this.steps), 0);
    this.initialization = options.initialization ?? uniform;
    this.iterate = options.iterate ?? 'best';
    if (!['best', 'last'].includes(this.iterate)) {
      throw new SaddlepointError(
        'ARGUMENT',
        `expected iterate to be best or last, received ${describeValue(this.iterate)}`,
      );
    }
  }

  protected override search(victim: Victim): AttackResult {
    const { images } = victim;
    const { stream, indices } = victim.randomness;
    const start = this.initialization.perturbation(images, this.norm, this.epsilon, stream, indices);
    let state: SearchState = { current: this.project(images, images.add(start)), best: undefined };
    for (let step = 0; step < this.steps; step += 1) {
      state = advance(state, ({ current, best }) => {
        const { gradient, ...seen } = victim.observeWithGradient(current);
        const moved = current.add(this.norm.steepestAscent(gradient), { alpha: this.stepSize });
        return {
          current: this.project(images, moved),
          best: this.iterate === 'best' ? stronger(best, { images: current, ...seen }) : undefined,
        };
      });
    }
    return stronger(state.best, { images: state.current, ...victim.observe(state.current) });
  }
}

interface SearchState {
  readonly current: Tensor;
  readonly best: AttackResult | undefined;
}

function stronger(best: AttackResult | undefined, candidate: AttackResult): AttackResult {
  return best === undefined ? candidate : better(best, candidate);
}
