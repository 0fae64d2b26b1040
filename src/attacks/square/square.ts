/**
 * Square: random search in square windows, with the network's answers alone (Andriushchenko, Croce, Flammarion and
 * Hein, "Square Attack: a query-efficient black-box adversarial attack via random search", ECCV 2020, algorithms 1 to
 * 3; for L1 Croce and Hein, "Mind the Box", ICML 2021).
 *
 * Deviations: random numbers belong to the example, so that batches change nothing; windows may touch the last row and
 * column, as the paper has it; images that are misclassified before any change stay as they are.
 *
 * @module
 */
import { z } from 'zod';
import {
  advance,
  ops,
  requireInteger,
  requireNumber,
  SaddlepointError,
  tidy,
  type RandomStream,
  type Tensor,
} from '../../engine/index.js';
import { Attack, better, betterUntilFooled, type AttackResult } from '../attack.js';
import { defineAttack, OPTIONS } from '../definition.js';
import type { Norm } from '../norms/index.js';
import { perExample } from '../norms/shared.js';
import { marginObjective, type Objective } from '../objectives/index.js';
import type { AttackContext } from '../attack-context.js';
import { l1L2Proposal } from './l1-l2-proposal.js';
import { linfProposal } from './linf-proposal.js';
import type { Proposal } from './proposal.js';
import { windowShare } from './schedule.js';

export interface SquareOptions {
  /** linf, l2 or l1. */
  readonly norm: Norm;
  /** For images in [0, 1]. */
  readonly epsilon: number;
  /** Looks at the network, the start included. Default: 5000, AutoAttack's. */
  readonly queries?: number | undefined;
  /** Share of the image that the first windows cover, the paper's p. Default: 0.8. */
  readonly initialShare?: number | undefined;
  /** Stretch the schedule of window sizes over `queries` instead of 10,000. Default: false, as AutoAttack. */
  readonly rescaleSchedule?: boolean | undefined;
  /** Default: margin. */
  readonly objective?: Objective | undefined;
  /** Leave an example as soon as it is fooled, instead of raising its objective further. Default: false. */
  readonly untilFooled?: boolean | undefined;
  /** As results write it. Default: square. */
  readonly name?: string | undefined;
}

const PROPOSALS: Readonly<Record<string, Proposal>> = {
  linf: linfProposal,
  l2: l1L2Proposal(2),
  l1: l1L2Proposal(1),
};

/** Queries whose random numbers are drawn at once. */
const BLOCK = 100;
/** Share of a batch that must be fooled before what is left moves together: moving costs less than looking on. */
const LEAVING = 0.05;

/**
 * Square: random search in square windows within `epsilon` in linf, l2 or l1, by the network's answers alone
 * (Andriushchenko et al., ECCV 2020).
 */
export class Square extends Attack {
  override readonly name: string;
  readonly queries: number;
  readonly initialShare: number;
  readonly rescaleSchedule: boolean;
  override readonly untilFooled: boolean;
  readonly #proposal: Proposal;

  /** @throws SaddlepointError ARGUMENT for an option out of its range, or a norm the attack is not defined for. */
  constructor(options: SquareOptions) {
    super(options.norm, options.epsilon, options.objective ?? marginObjective);
    this.name = options.name ?? 'square';
    this.queries = requireInteger('queries', options.queries ?? 5000, 1);
    this.initialShare = requireNumber('initialShare', options.initialShare ?? 0.8, Number.MIN_VALUE, 1);
    this.rescaleSchedule = options.rescaleSchedule ?? false;
    this.untilFooled = options.untilFooled ?? false;
    const proposal = PROPOSALS[this.norm.name];
    if (proposal === undefined) {
      const known = Object.keys(PROPOSALS).join(', ');
      throw new SaddlepointError('ARGUMENT', `expected a norm out of ${known} for Square, received ${this.norm.name}`);
    }
    this.#proposal = proposal;
  }

  protected override search(context: AttackContext): AttackResult {
    const { stream, indices } = context.randomness;
    const start = this.#start(context, stream, indices);
    // Results of the examples that have left; the others' are written at the end.
    const result = { images: start.images.clone(), value: start.value.clone(), success: start.success.clone() };
    const { device } = context.images;
    const rows = ops.arange(context.images.size(0), { dtype: 'int64', device });
    let state: State = { context, rows, found: start };
    let query = 1;
    while (query < this.queries && state.rows.numel() > 0) {
      const last = Math.min(this.queries, (Math.floor(query / BLOCK) + 1) * BLOCK);
      state = advance(state, (present) => this.#block(present, result, query, last));
      query = last;
    }
    writeBack(result, state);
    return result;
  }

  #start(context: AttackContext, stream: RandomStream, indices: Tensor): AttackResult {
    return tidy(() => {
      const { images } = context;
      const proposed = this.#proposal.start({ images, epsilon: this.epsilon }, stream.derive('start'), indices);
      const candidate = this.#within(images, proposed);
      const [unchanged, begun] = [context.query(images), context.query(candidate)];
      // The search starts from the proposal even where the image itself has the larger objective, as the paper does.
      const stay = unchanged.success.logicalAnd(begun.success.logicalNot());
      return {
        images: ops.where(perExample(stay, images), images, candidate),
        value: ops.where(stay, unchanged.value, begun.value),
        success: unchanged.success.logicalOr(begun.success),
      };
    });
  }

  /** Candidates, back in budget and box. */
  #within(images: Tensor, proposed: Tensor): Tensor {
    if (this.#proposal.project === undefined) return this.project(images, proposed);
    const size = images.shape.slice(1).reduce((product, length) => product * length, 1);
    return this.#proposal.project(images, proposed, this.norm.searchRadius(this.epsilon, size));
  }

  /** Some queries, numbers `from` to `to` - 1, whose random numbers are drawn together. */
  #block(before: State, result: AttackResult, from: number, to: number): State {
    const { images, randomness } = before.context;
    const numbers = this.#proposal.numbers(images.size(1));
    const stream = randomness.stream.derive('queries', Math.floor(from / BLOCK));
    const draws = stream.uniform(randomness.indices, [BLOCK, numbers], images.device);
    let state: State & { draws: Tensor } = { ...before, draws };
    for (let query = from; query < to; query += 1) {
      if (this.untilFooled) state = advance(state, (present) => leave(present, result));
      if (state.rows.numel() === 0) break;
      state = advance(state, (present) => ({ ...present, found: this.#query(present, query) }));
    }
    const { context, rows, found } = state;
    return { context, rows, found };
  }

  #query({ context, found, draws }: State & { draws: Tensor }, query: number): AttackResult {
    const { images } = context;
    const [, , height = 0, width = 0] = images.shape;
    const share = windowShare(query, this.queries, this.initialShare, this.rescaleSchedule);
    const side = this.#proposal.side(share, height, width);
    const setting = { images, epsilon: this.epsilon };
    const proposed = this.#proposal.next(setting, found.images, side, draws.select(1, query % BLOCK));
    const candidate = this.#within(images, proposed);
    // A fallen example stays a while in the batch: what it is found with must not depend on how long.
    const choose = this.untilFooled ? betterUntilFooled : better;
    return choose(found, { images: candidate, ...context.query(candidate) });
  }
}

/** The examples still under attack. */
interface State {
  readonly context: AttackContext;
  /** int64 [M]: where they stand in the batch. */
  readonly rows: Tensor;
  readonly found: AttackResult;
}

/** Lets the fooled examples go, once they are enough to be worth it. */
function leave(state: State & { draws: Tensor }, result: AttackResult): State & { draws: Tensor } {
  const { context, rows, found, draws } = state;
  const success = tidy(() => found.success.sum().item());
  if (success === 0 || success < LEAVING * rows.numel()) return state;
  writeBack(result, state);
  const stillRobust = tidy(() => found.success.logicalNot().nonzero().squeeze(1));
  const take = (tensor: Tensor) => tensor.indexSelect(0, stillRobust);
  return {
    context: context.subset(stillRobust),
    rows: take(rows),
    found: { images: take(found.images), value: take(found.value), success: take(found.success) },
    draws: take(draws),
  };
}

function writeBack(result: AttackResult, { rows, found }: State): void {
  result.images.indexCopy_(0, rows, found.images);
  result.value.indexCopy_(0, rows, found.value);
  result.success.indexCopy_(0, rows, found.success);
}

/** In recipes steps are queries. */
export const squareAttack = defineAttack({
  label: 'Square',
  about: "random search in square windows, by the network's answers alone (Andriushchenko et al., 2020)",
  norms: ['linf', 'l2', 'l1'],
  steps: 5000,
  options: {
    initialShare: z.number().gt(0).max(1).optional(),
    rescaleSchedule: z.boolean().optional(),
    untilFooled: OPTIONS.untilFooled,
  },
  blackBox: true,
  trial: { rescaleSchedule: true },
  create: ({ steps, ...options }) => new Square({ ...options, queries: steps }),
});
