/**
 * Projected gradient descent (Madry et al., "Towards Deep Learning Models Resistant to Adversarial
 * Attacks", ICLR 2018, section 2.1): steepest-ascent steps on the objective, each projected back into
 * the box and the ball. Momentum, backtracking and the norm penalty are Stutz's, and off by default.
 *
 * @module
 */
import { z } from 'zod';
import {
  advance,
  describeValue,
  ops,
  requireInteger,
  requireNumber,
  SaddlepointError,
  tidy,
  type Tensor,
} from '../engine/index.js';
import { Attack, better, stronger, type AttackResult, type SearchResult } from './attack.js';
import { defineAttack, keysOf, OPTIONS } from './definition.js';
import { uniform, type Initialization } from './initializations/index.js';
import { crossEntropyObjective, type Objective } from './objectives/index.js';
import { backtrack } from './search/backtracking.js';
import { MOMENTA, requireMomentum, type MomentumKind } from './search/momentum.js';
import { ascend, directionOf, GRADIENTS, type GradientName } from './search/step.js';
import type { ThreatModel } from './threat-models/threat-model.js';
import type { AttackContext, Observation } from './attack-context.js';

export interface PgdOptions {
  /** A norm, a patch or a frame. */
  readonly norm: ThreatModel;
  /** For images in [0, 1]. */
  readonly epsilon: number;
  /** Gradient steps. */
  readonly steps: number;
  /**
   * Length of a step in the norm. Default: 2.5 epsilon / steps, which can cross the ball; of a patch or frame 2.5 /
   * steps.
   */
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
  /** What becomes of the gradient, see `search/step.ts`. Default: normalized. */
  readonly gradient?: GradientName | undefined;
  /** Share of the past directions, in [0, 1). Default: 0. */
  readonly momentum?: number | undefined;
  /** See `search/momentum.ts`. Default: average, as the article's. */
  readonly momentumKind?: MomentumKind | undefined;
  /** Take a step only where it does not lower the objective, at one more forward pass a step. Default: false. */
  readonly backtrack?: boolean | undefined;
  /** What a refused step divides that example's step size by, at least 1. Default: 1.1. */
  readonly stepDecay?: number | undefined;
  /** Weight of the perturbation's size, which is subtracted from the objective; the article's c. Default: 0. */
  readonly penalty?: number | undefined;
  /**
   * Passes that each look at a randomised network averages: expectation over transformation (Athalye et al., ICML
   * 2018). An evaluation then counts the majority of so many draws. Default: 1.
   */
  readonly samples?: number | undefined;
  /** As results write it. Default: pgd. */
  readonly name?: string | undefined;
}

/** Projected gradient descent within `epsilon` of any threat model (Madry et al., ICLR 2018). */
export class Pgd extends Attack {
  override readonly name: string;
  readonly steps: number;
  readonly stepSize: number;
  readonly initialization: Initialization;
  readonly iterate: 'best' | 'last';
  readonly gradient: GradientName;
  readonly momentum: number;
  readonly momentumKind: MomentumKind;
  readonly backtrack: boolean;
  readonly stepDecay: number;
  override readonly draws: number;
  readonly #options: PgdOptions;

  /** @throws SaddlepointError ARGUMENT for an option that is out of its range or unknown. */
  constructor(options: PgdOptions) {
    super(options.norm, options.epsilon, options.objective ?? crossEntropyObjective, options.penalty);
    this.#options = options;
    this.name = options.name ?? 'pgd';
    this.steps = requireInteger('steps', options.steps, 0);
    this.stepSize = requireNumber(
      'stepSize',
      options.stepSize ?? (2.5 * (this.norm.reach ?? this.epsilon)) / Math.max(1, this.steps),
      0,
    );
    this.initialization = options.initialization ?? uniform;
    this.iterate = requireOneOf('iterate', options.iterate ?? 'best', ['best', 'last']);
    this.gradient = requireOneOf('gradient', options.gradient ?? 'normalized', keys(GRADIENTS));
    this.momentum = requireMomentum(options.momentum ?? 0);
    this.momentumKind = requireOneOf('momentumKind', options.momentumKind ?? 'average', keys(MOMENTA));
    this.backtrack = requireOneOf('backtrack', options.backtrack ?? false, [true, false]);
    this.stepDecay = requireNumber('stepDecay', options.stepDecay ?? 1.1, 1);
    this.draws = requireInteger('samples', options.samples ?? 1, 1);
    if (options.stepDecay !== undefined && options.stepDecay !== 1 && !this.backtrack) {
      throw new SaddlepointError('ARGUMENT', 'expected stepDecay together with backtrack, received it alone');
    }
  }

  /** The same attack from another start. */
  startingAt(initialization: Initialization): Pgd {
    return new Pgd({ ...this.#options, initialization });
  }

  protected override search(context: AttackContext): SearchResult {
    const { images } = context;
    const { stream, indices } = context.randomness;
    const start = this.initialization.perturbation(images, this.norm, this.epsilon, stream, indices);
    let state: SearchState = {
      current: this.project(images, images.add(start)),
      stepSize: this.backtrack
        ? ops.full([images.size(0)], this.stepSize, { dtype: images.dtype, device: images.device })
        : this.stepSize,
      velocity: undefined,
      best: undefined,
    };
    for (let step = 0; step < this.steps; step += 1) state = advance(state, (present) => this.#step(context, present));
    const { current, best } = state;
    if (best === undefined && this.draws === 1) return { images: current };
    const last = { images: current, ...this.#look(context, current) };
    return best === undefined ? last : better(best, last);
  }

  #look(context: AttackContext, candidates: Tensor): Observation {
    if (this.draws === 1) return context.query(candidates);
    return tidy(() => {
      const { value, success } = context.queryExpectation(candidates, this.draws);
      return { value, success };
    });
  }

  #step(context: AttackContext, { current, stepSize, velocity, best }: SearchState): SearchState {
    // The last iterate asks for nothing but the gradient.
    const isPlain = this.iterate === 'last' && typeof stepSize === 'number';
    const seen = isPlain ? undefined : context.queryExpectation(current, this.draws);
    const gradient = seen?.gradient ?? context.gradient(current, this.draws);
    const direction = directionOf(this.gradient, this.norm, current, gradient);
    const carried = this.momentum === 0 ? undefined : MOMENTA[this.momentumKind](velocity, direction, this.momentum);
    const candidate = this.project(context.images, ascend(current, carried ?? direction, stepSize));
    return {
      velocity: carried,
      best: this.iterate === 'best' ? stronger(best, observed(current, seen!)) : undefined,
      ...(typeof stepSize === 'number'
        ? { current: candidate, stepSize }
        : backtrack(
            { current, value: seen!.value, stepSize },
            candidate,
            this.#look(context, candidate).value,
            this.stepDecay,
          )),
    };
  }
}

interface SearchState {
  readonly current: Tensor;
  /** One for all, or with backtracking float [N], one an example. */
  readonly stepSize: number | Tensor;
  readonly velocity: Tensor | undefined;
  readonly best: AttackResult | undefined;
}

const observed = (images: Tensor, { value, success }: Observation): AttackResult => ({ images, value, success });

function keys<Table extends object>(table: Table): (keyof Table & string)[] {
  return Object.keys(table) as (keyof Table & string)[];
}

function requireOneOf<Value>(name: string, value: Value, allowed: readonly Value[]): Value {
  if (allowed.includes(value)) return value;
  const expected = `${allowed.slice(0, -1).join(', ')} or ${String(allowed.at(-1))}`;
  throw new SaddlepointError('ARGUMENT', `expected ${name} to be ${expected}, received ${describeValue(value)}`);
}

/** What PGD and its special cases have besides, in the order in which recipes write it. */
export const pgdOptions = {
  stepSize: OPTIONS.stepSize,
  fraction: OPTIONS.fraction,
  initialization: OPTIONS.initialization,
  objective: OPTIONS.objective,
  target: OPTIONS.target,
  iterate: z.enum(['best', 'last']).optional(),
  gradient: keysOf(GRADIENTS).optional(),
  momentum: z.number().min(0).lt(1).optional(),
  momentumKind: keysOf(MOMENTA).optional(),
  backtrack: z.boolean().optional(),
  stepDecay: z.number().min(1).optional(),
  penalty: z.number().min(0).optional(),
  samples: z.int().min(1).optional(),
};

export const pgdAttack = defineAttack({
  label: 'PGD',
  about: 'projected gradient descent (Madry et al., 2018)',
  norms: 'all',
  steps: 40,
  options: pgdOptions,
  create: (options) => new Pgd(options),
});
