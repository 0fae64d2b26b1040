/**
 * Auto-PGD (Croce and Hein, "Reliable Evaluation of Adversarial Robustness with an Ensemble of Diverse Parameter-free
 * Attacks", ICML 2020, section 3 and algorithm 1; for L1 "Mind the box: l1-APGD for sparse adversarial attacks on image
 * classifiers", ICML 2021, section 3): projected gradient ascent that chooses its step sizes itself.
 *
 * @module
 */
import { z } from 'zod';
import {
  describeValue,
  requireInteger,
  requireNumber,
  SaddlepointError,
  tidy,
  type Tensor,
} from '../../engine/index.js';
import { Attack, type SearchResult } from '../attack.js';
import { defineAttack, OPTIONS } from '../definition.js';
import type { Initialization } from '../initializations/index.js';
import { perturbedWithinL1, type Norm } from '../norms/index.js';
import { crossEntropyObjective, type Objective } from '../objectives/index.js';
import type { AttackContext } from '../attack-context.js';
import { climb, type ClimbResult } from './climb.js';
import { momentumRule } from './momentum-rule.js';
import { sparseRule } from './sparse-rule.js';
import { apgdStart } from './start.js';

export interface ApgdOptions {
  /** L-infinity, L2 or L1. */
  readonly norm: Norm;
  /** For images in [0, 1]. */
  readonly epsilon: number;
  /** Gradient steps. Default: 100. */
  readonly steps?: number | undefined;
  /** Default: cross-entropy. */
  readonly objective?: Objective | undefined;
  /** Share of the steps that must raise the objective for the step size to stay, in [0, 1]. Default: 0.75. */
  readonly rho?: number | undefined;
  /** Passes of a randomised network that are averaged for each gradient. Default: 1. */
  readonly samples?: number | undefined;
  /**
   * Whether an example that some iterate has fooled takes no further part, which saves an evaluation most of its time;
   * then its result is the first iterate that fooled the network, not the strongest. Examples still robust get the same
   * result either way. Default: false.
   */
  readonly untilFooled?: boolean | undefined;
  /**
   * L1 only: three tenths of the steps with a budget of 3 epsilon, as many with 2 epsilon, the rest with epsilon, each
   * from the best point of the one before ("Mind the box", section 3.3). Default: false.
   */
  readonly largerEpsilon?: boolean | undefined;
  /** Default: the paper's, see `start.ts`. */
  readonly initialization?: Initialization | undefined;
  /** As results write it. Default: apgd. */
  readonly name?: string | undefined;
}

/** A part of the search with a budget of its own. */
interface Phase {
  readonly epsilon: number;
  readonly steps: number;
}

/** Those it is defined for. */
const NORMS = ['linf', 'l2', 'l1'] as const;

/**
 * Auto-PGD: projected gradient ascent within `epsilon` that chooses its step sizes itself (Croce and Hein, ICML
 * 2020).
 */
export class Apgd extends Attack {
  override readonly name: string;
  readonly steps: number;
  readonly rho: number;
  readonly samples: number;
  override readonly draws: number;
  override readonly untilFooled: boolean;
  readonly largerEpsilon: boolean;
  readonly initialization: Initialization;

  /** @throws SaddlepointError ARGUMENT for an option that is out of its range, or that the norm does not have. */
  constructor(options: ApgdOptions) {
    if (!(NORMS as readonly string[]).includes(options.norm.name)) {
      throw new SaddlepointError(
        'ARGUMENT',
        `expected the norm linf, l2 or l1 for apgd, received ${options.norm.name}. Use pgd`,
      );
    }
    super(options.norm, options.epsilon, options.objective ?? crossEntropyObjective);
    this.name = options.name ?? 'apgd';
    this.steps = requireInteger('steps', options.steps ?? 100, 0);
    this.rho = requireNumber('rho', options.rho ?? 0.75, 0, 1);
    this.samples = requireInteger('samples', options.samples ?? 1, 1);
    this.draws = this.samples;
    this.untilFooled = requireBoolean('untilFooled', options.untilFooled ?? false);
    this.largerEpsilon = requireBoolean('largerEpsilon', options.largerEpsilon ?? false);
    this.initialization = options.initialization ?? apgdStart;
    if (this.largerEpsilon && this.norm.name !== 'l1') {
      throw new SaddlepointError('ARGUMENT', `expected largerEpsilon for l1 only, received it for ${this.norm.name}`);
    }
  }

  protected override search(context: AttackContext): SearchResult {
    const { images, randomness } = context;
    const phases = this.largerEpsilon ? shrinkingBudgets(this.epsilon, this.steps) : [this];
    const [first, ...later] = phases as [Phase, ...Phase[]];
    const { stream, indices } = randomness;
    const start = this.initialization.perturbation(images, this.norm, first.epsilon, stream, indices);
    return later.reduce(
      // Only the last phase obeys the budget, so only its iterates may count.
      (before, phase) => this.#climb(context, before.best!.sub(images), phase, later.at(-1) !== phase),
      this.#climb(context, start, first, later.length > 0, true),
    ).found;
  }

  /** One phase, from a perturbation that need not be within its budget. */
  #climb(
    context: AttackContext,
    perturbation: Tensor,
    phase: Phase,
    preparing: boolean,
    randomStart = false,
  ): ClimbResult {
    const { images } = context;
    const options = { steps: phase.steps, samples: this.samples, untilFooled: this.untilFooled && !preparing };
    return tidy(() => {
      if (this.norm.name !== 'l1') {
        const project = (center: Tensor, candidates: Tensor) => this.project(center, candidates);
        const rule = momentumRule(this.norm, project, phase.epsilon, phase.steps, this.rho);
        return climb(context, project(images, images.add(perturbation)), rule, options);
      }
      const size = images.shape.slice(1).reduce((product, length) => product * length, 1);
      const radius = this.norm.searchRadius(phase.epsilon, size);
      const rule = sparseRule(phase.epsilon, radius, phase.steps, randomStart);
      return climb(context, perturbedWithinL1(images, perturbation, radius), rule, options);
    });
  }
}

/** The budgets of L1's three phases and their steps, which add up. */
function shrinkingBudgets(epsilon: number, steps: number): Phase[] {
  const early = Math.min(Math.ceil((3 * steps) / 10), Math.floor(steps / 2));
  return [
    { epsilon: 3 * epsilon, steps: early },
    { epsilon: 2 * epsilon, steps: early },
    { epsilon, steps: steps - 2 * early },
  ];
}

function requireBoolean(name: string, value: boolean): boolean {
  if (typeof value === 'boolean') return value;
  throw new SaddlepointError('ARGUMENT', `expected ${name} to be true or false, received ${describeValue(value)}`);
}

export const apgdAttack = defineAttack({
  label: 'APGD',
  about: 'PGD that chooses its step sizes itself (Croce and Hein, 2020)',
  norms: NORMS,
  steps: 100,
  options: {
    fraction: OPTIONS.fraction,
    initialization: OPTIONS.initialization,
    objective: OPTIONS.objective,
    target: OPTIONS.target,
    rho: z.number().min(0).max(1).optional(),
    samples: z.int().min(1).optional(),
    untilFooled: OPTIONS.untilFooled,
    largerEpsilon: z.boolean().optional(),
  },
  create: (options) => new Apgd(options),
});
