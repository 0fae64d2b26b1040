/**
 * RayS (Chen and Gu, "RayS: A Ray Searching Method for Hard-label Adversarial Attack", KDD 2020, algorithms 2 and 3):
 * of the directions with a sign in every pixel, the one along which the decision boundary is nearest. The signs of ever
 * smaller blocks are turned, and a turn that comes closer stays; how far the boundary is, a binary search says.
 *
 * Nothing is random. Deviations: queries are counted to the last one, also within a binary search, and the closest
 * image that was asked for counts.
 *
 * @module
 */
import { advance, ops, tidy, type Tensor } from '../../engine/index.js';
import type { AttackContext } from '../attack-context.js';
import { defineAttack } from '../definition.js';
import type { Closest } from '../minimum-norm/closest.js';
import { MinimumNormAttack, type MinimumNormOptions } from '../minimum-norm/minimum-norm.js';
import { entries, perExample } from '../norms/shared.js';
import { choose, Decisions } from './decisions.js';

/** Those it is defined for. */
const NORMS = ['linf'] as const;
/** How exactly a distance is found, as the length of the step in L2, which is the authors' unit. */
const TOLERANCE = 1e-3;

/**
 * RayS: the smallest linf perturbation along directions of signs, by the network's decisions alone (Chen and Gu, KDD
 * 2020).
 */
export class RayS extends MinimumNormAttack {
  override readonly name: string;

  /** @throws SaddlepointError ARGUMENT for an option that is out of its range, or another norm */
  constructor(options: MinimumNormOptions) {
    super(options, options.steps ?? 10_000, NORMS);
    this.name = options.name ?? 'rays';
  }

  protected override smallest(context: AttackContext, enough: number): Closest {
    const decisions = new Decisions(context, this.norm, { queries: this.steps, enough });
    let state = firstState(context.images);
    for (let query = 0; query < this.steps; query += 1) {
      if (tidy(() => decisions.open().any().item()) === 0) break;
      state = advance(state, (before) => ask(context.images, decisions, before));
    }
    return decisions.closest;
  }
}

/** Where each example's search stands. Numbers are float32 [N]. */
interface State {
  /** float32 [N, D]: the signs of the best direction. */
  readonly direction: Tensor;
  /** The distance along it, Infinity before the first. */
  readonly radius: Tensor;
  /** bool [N]: whether a binary search is on, between `low` and `high`. */
  readonly searching: Tensor;
  readonly low: Tensor;
  readonly high: Tensor;
  /** The image is cut into 2^level blocks, of which the one of this number is turned. */
  readonly level: Tensor;
  readonly block: Tensor;
}

function firstState(images: Tensor): State {
  const { device } = images;
  const size = entries(images.shape.slice(1));
  const fill = (value: number) => ops.full([images.size(0)], value, { dtype: 'float32', device });
  return {
    direction: ops.ones([images.size(0), size], { dtype: 'float32', device }),
    radius: fill(Infinity),
    searching: fill(0).gt(0),
    low: fill(0),
    high: fill(0),
    level: fill(0),
    block: fill(0),
  };
}

/** One query of every example: the first look along a turned direction, or a step of its binary search. */
function ask(images: Tensor, decisions: Decisions, state: State): State {
  const { direction, radius, searching } = state;
  const { attempt, last } = turned(state);
  // A direction is worth a search if it is adversarial at the best distance so far.
  const at = ops.where(searching, state.low.add(state.high).div(2), radius.clamp({ max: 1 }));
  const candidates = images.add(attempt.reshape(images.shape).mul(perExample(at, images))).clamp({ min: 0, max: 1 });
  const success = decisions.ask(candidates, ops.ones([images.size(0)], { dtype: 'bool', device: images.device }));

  const low = ops.where(searching, ops.where(success, state.low, at), ops.zerosLike(at));
  const high = ops.where(success, at, state.high);
  const tolerance = TOLERANCE / Math.sqrt(direction.size(1));
  const goesOn = success.logicalOr(searching).logicalAnd(high.sub(low).gt(tolerance));
  const done = goesOn.logicalNot();
  const nearer = done.logicalAnd(success.logicalOr(searching)).logicalAnd(high.lt(radius));
  return {
    direction: choose(nearer, attempt, direction),
    radius: ops.where(nearer, high, radius),
    searching: goesOn,
    low,
    high,
    level: ops.where(done.logicalAnd(last), state.level.add(1), state.level),
    block: ops.where(done, ops.where(last, ops.zerosLike(state.block), state.block.add(1)), state.block),
  };
}

/** The direction with its present block's signs turned, and whether that block is the last of its level, bool [N]. */
function turned({ direction, level, block }: State): { readonly attempt: Tensor; readonly last: Tensor } {
  const size = direction.size(1);
  const blocks = ops.full([], 2, { dtype: 'float32', device: direction.device }).pow(level);
  const length = blocks.reciprocal().mul(size).ceil();
  const [start, end] = [block.mul(length), block.add(1).mul(length)];
  const places = ops.arange(size, { dtype: 'float32', device: direction.device }).unsqueeze(0);
  const inside = places.ge(start.unsqueeze(1)).logicalAnd(places.lt(end.unsqueeze(1)));
  return {
    attempt: ops.where(inside, direction.neg(), direction),
    last: end.ge(size).logicalOr(block.add(1).ge(blocks)),
  };
}

/** In recipes steps are queries. */
export const raysAttack = defineAttack({
  label: 'RayS',
  about: 'the nearest boundary along directions of signs, by decisions alone (Chen and Gu, 2020)',
  norms: NORMS,
  steps: 10_000,
  options: {},
  blackBox: true,
  endsEarly: true,
  create: (options) => new RayS(options),
});
