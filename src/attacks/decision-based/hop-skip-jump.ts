/**
 * HopSkipJump (Chen, Jordan and Wainwright, "HopSkipJumpAttack: A Query-Efficient Decision-Based Attack", S&P 2020,
 * algorithm 2): from an adversarial image to the decision boundary by binary search, there an estimate of the gradient
 * from the network's decisions alone, and a step along it whose length is halved until it is adversarial; and again.
 *
 * Deviations: the budget counts queries instead of rounds; random numbers belong to the example, so that batches change
 * nothing; the closest image that was asked for counts; for the start see `first-adversarial.ts`.
 *
 * @module
 */
import { z } from 'zod';
import { advance, ops, requireInteger, tidy, type Tensor } from '../../engine/index.js';
import type { AttackContext } from '../attack-context.js';
import { defineAttack } from '../definition.js';
import { distanceOf, type Closest } from '../minimum-norm/closest.js';
import { MinimumNormAttack, type MinimumNormOptions } from '../minimum-norm/minimum-norm.js';
import { entries, perExample } from '../norms/shared.js';
import { searchBoundary } from './boundary-search.js';
import { choose, Decisions } from './decisions.js';
import { firstAdversarial } from './first-adversarial.js';
import { estimateGradient } from './gradient-estimate.js';

/** Those it is defined for. */
const NORMS = ['linf', 'l2'] as const;

export interface HopSkipJumpOptions extends MinimumNormOptions {
  /**
   * Random directions of the first estimate, the paper's B₀. The estimate of round t has √t times as many. Default:
   * 100.
   */
  readonly directions?: number | undefined;
  /** Random images among which the first adversarial one is looked for. Default: 100. */
  readonly starts?: number | undefined;
}

/** How exactly the first binary search goes, and how far away the first estimate asks, as the authors' code. */
const [FIRST_TOLERANCE, FIRST_DISTANCE] = [1e-3, 0.1] as const;
/** The most directions of an estimate, and halvings of a step. */
const [MOST_DIRECTIONS, MOST_HALVINGS] = [10_000, 30] as const;

/**
 * HopSkipJump: the smallest perturbation in linf or l2 that it finds by the network's decisions alone (Chen et al.,
 * S&P 2020).
 */
export class HopSkipJump extends MinimumNormAttack {
  override readonly name: string;
  readonly directions: number;
  readonly starts: number;

  /** @throws SaddlepointError ARGUMENT for an option that is out of its range, or another norm */
  constructor(options: HopSkipJumpOptions) {
    super(options, options.steps ?? 5000, NORMS);
    this.name = options.name ?? 'hop-skip-jump';
    this.directions = requireInteger('directions', options.directions ?? 100, 1);
    this.starts = requireInteger('starts', options.starts ?? 100, 1);
  }

  protected override smallest(context: AttackContext, enough: number): Closest {
    const { images } = context;
    const { norm } = this;
    const decisions = new Decisions(context, norm, { queries: this.steps, enough });
    const start = firstAdversarial(context, decisions, this.starts);
    const asking = start.found;
    const first = searchBoundary(decisions, { norm, images, adversarial: start.images, asking }, FIRST_TOLERANCE);
    let state: State = { adversarial: first, jumped: distanceOf(norm, images, first) };
    for (let round = 1; tidy(() => decisions.open().logicalAnd(asking).any().item()) !== 0; round += 1) {
      state = advance(state, (before) => this.#round(context, decisions, asking, before, round));
    }
    return decisions.closest;
  }

  #round(context: AttackContext, decisions: Decisions, asking: Tensor, before: State, round: number): State {
    const { images, randomness } = context;
    const { norm } = this;
    const points = searchBoundary(decisions, { norm, images, adversarial: before.adversarial, asking });
    const share = before.jumped.div(entries(images.shape.slice(1)));
    const gradient = estimateGradient(decisions, {
      points,
      distance: round === 1 ? ops.zerosLike(share).add(FIRST_DISTANCE) : share,
      directions: Math.min(MOST_DIRECTIONS, Math.floor(this.directions * Math.sqrt(round))),
      stream: randomness.stream.derive('round', round),
      indices: randomness.indices,
      distribution: norm.name === 'l2' ? 'normal' : 'uniform',
      asking,
    });
    const length = distanceOf(norm, images, points).div(Math.sqrt(round));
    const direction = norm.name === 'l2' ? gradient : gradient.sign();
    const adversarial = jump(decisions, points, direction, length, asking);
    return { adversarial, jumped: distanceOf(norm, images, adversarial) };
  }
}

interface State {
  /** float32 [N, C, H, W]: misclassified images. */
  readonly adversarial: Tensor;
  /** float64 [N]: their distances. */
  readonly jumped: Tensor;
}

/** The geometric search of a step: halved until its end is adversarial. Where none is, the example stays. */
function jump(decisions: Decisions, points: Tensor, direction: Tensor, length: Tensor, asking: Tensor): Tensor {
  return tidy(() => {
    let state = { landed: points.clone(), waiting: asking.clone() };
    for (let halving = 0; halving < MOST_HALVINGS; halving += 1) {
      if (tidy(() => decisions.open().logicalAnd(state.waiting).any().item()) === 0) break;
      state = advance(state, ({ landed, waiting }) => {
        const step = perExample(length.div(2 ** halving).to({ dtype: 'float32' }), points);
        const candidates = points.add(direction.mul(step)).clamp({ min: 0, max: 1 });
        const success = decisions.ask(candidates, waiting);
        return { landed: choose(success, candidates, landed), waiting: waiting.logicalAnd(success.logicalNot()) };
      });
    }
    return state.landed;
  });
}

/** In recipes steps are queries. */
export const hopSkipJumpAttack = defineAttack({
  label: 'HopSkipJump',
  about: 'gradients at the boundary, estimated from decisions alone (Chen et al., 2020)',
  norms: NORMS,
  steps: 5000,
  options: {
    directions: z.int().min(1).optional(),
    starts: z.int().min(1).optional(),
  },
  blackBox: true,
  endsEarly: true,
  create: (options) => new HopSkipJump(options),
});
