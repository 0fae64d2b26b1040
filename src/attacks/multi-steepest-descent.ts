/**
 * Multi steepest descent (Maini, Wong and Kolter, "Adversarial Robustness Against the Union of Multiple Perturbation
 * Models", ICML 2020, algorithm 1): at every step each norm of a union takes its steepest step from where the search
 * is, and the one that leads to the largest loss is followed. So one search moves through all the balls, and does not
 * have to be made once in each.
 *
 * With `choice: random` each example follows one norm throughout, drawn at random: a cheap way to train against a
 * union, at one pass a step.
 *
 * Deviations: a step is as long as a share of each norm's budget, one share for all, where the authors tune one length
 * a norm; with `iterate: best` the strongest iterate is returned, theirs is the last.
 *
 * @module
 */
import { z } from 'zod';
import { advance, ops, requireInteger, requireNumber, SaddlepointError, type Tensor } from '../engine/index.js';
import type { AttackContext } from './attack-context.js';
import { Attack, better, stronger, type AttackResult, type SearchResult } from './attack.js';
import { defineAttack, OPTIONS } from './definition.js';
import { zero, type Initialization } from './initializations/index.js';
import { entries } from './norms/shared.js';
import { crossEntropyObjective, type Objective } from './objectives/index.js';
import { ball, box, sequence } from './projections.js';
import type { ThreatModel } from './threat-models/threat-model.js';
import { pickMember, UNION_EXAMPLE, type Union, type UnionMember } from './threat-models/union.js';

export interface MultiSteepestDescentOptions {
  /** A union, see {@link Union}. */
  readonly norm: ThreatModel;
  /** How many times as large as written the balls are. */
  readonly epsilon: number;
  readonly steps: number;
  /** Length of a step, as a share of each norm's budget. Default: 2.5 epsilon / steps. */
  readonly stepSize?: number | undefined;
  /** Follow the norm of the largest loss at every step, or one at random throughout. Default: worst. */
  readonly choice?: 'worst' | 'random' | undefined;
  /** Default: the image itself, as the paper's. */
  readonly initialization?: Initialization | undefined;
  /** Default: cross-entropy. */
  readonly objective?: Objective | undefined;
  /** The strongest iterate, at one more pass, or the last. Default: best. */
  readonly iterate?: 'best' | 'last' | undefined;
}

/** MSD: at every step the norm of a union whose steepest step leads to the largest loss (Maini et al., ICML 2020). */
export class MultiSteepestDescent extends Attack {
  override readonly name = 'msd';
  readonly initialization: Initialization;
  readonly #members: readonly UnionMember[];
  readonly #options: MultiSteepestDescentOptions;
  readonly #stepSize: number;

  /** @throws SaddlepointError ARGUMENT for a norm that is no union, or an option out of its range */
  constructor(options: MultiSteepestDescentOptions) {
    super(options.norm, options.epsilon, options.objective ?? crossEntropyObjective);
    const { members } = options.norm as Partial<Union>;
    if (members === undefined)
      throw new SaddlepointError(
        'ARGUMENT',
        `expected a union of norms for msd, e.g. ${UNION_EXAMPLE}, received ${options.norm.name}`,
      );
    const steps = requireInteger('steps', options.steps, 0);
    this.#members = members;
    this.#options = options;
    this.initialization = options.initialization ?? zero;
    this.#stepSize = requireNumber('stepSize', options.stepSize ?? (2.5 * options.epsilon) / Math.max(1, steps), 0);
  }

  protected override search(context: AttackContext): SearchResult {
    const { images, randomness } = context;
    const { steps, iterate = 'best', choice = 'worst' } = this.#options;
    const { stream, indices } = randomness;
    const start = this.initialization.perturbation(images, this.norm, this.epsilon, stream, indices);
    const drawn =
      choice === 'random'
        ? stream.derive('followed member').integers(indices, [], this.#members.length, images.device)
        : undefined;
    let state: SearchState = { current: this.project(images, images.add(start)), best: undefined };
    for (let step = 0; step < steps; step += 1) {
      state = advance(state, ({ current, best }) => {
        const { gradient, ...seen } = context.queryWithGradient(current);
        const candidates = this.#members.map((member) => this.#stepIn(member, images, current, gradient));
        return {
          current: pickMember(candidates, drawn ?? worstOf(context, candidates)),
          best: iterate === 'best' ? stronger(best, { images: current, ...seen }) : undefined,
        };
      });
    }
    const { current, best } = state;
    return best === undefined ? { images: current } : better(best, { images: current, ...context.query(current) });
  }

  /** A steepest step in one norm, projected into its ball. */
  #stepIn({ norm, epsilon }: UnionMember, images: Tensor, current: Tensor, gradient: Tensor): Tensor {
    const radius = norm.searchRadius(this.epsilon * epsilon, entries(images.shape.slice(1)));
    const moved = current.add(norm.steepestAscent(gradient), { alpha: this.#stepSize * epsilon });
    return sequence(box, ball(norm, radius))(images, moved);
  }
}

interface SearchState {
  readonly current: Tensor;
  readonly best: AttackResult | undefined;
}

/** int64 [N]: which candidate has the largest value. */
function worstOf(context: AttackContext, candidates: readonly Tensor[]): Tensor {
  return ops.stack(candidates.map((candidate) => context.query(candidate).value)).argmax({ dim: 0 });
}

export const msdAttack = defineAttack({
  label: 'MSD',
  about: 'the steepest of several norms at every step, within a union of balls (Maini et al., 2020)',
  norms: 'unions',
  steps: 50,
  options: {
    stepSize: OPTIONS.stepSize,
    choice: z.enum(['worst', 'random']).optional(),
    initialization: OPTIONS.initialization,
    objective: OPTIONS.objective,
    target: OPTIONS.target,
    iterate: z.enum(['best', 'last']).optional(),
  },
  create: (options) => new MultiSteepestDescent(options),
});
