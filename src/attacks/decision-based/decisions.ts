/**
 * What a decision-based attack may ask: is this image misclassified, yes or no. Every question is a query of its
 * example, and once its budget is spent the answer is no.
 *
 * @module
 */
import { ops, tidy, type Tensor } from '../../engine/index.js';
import { misclassified } from '../../nn/index.js';
import type { AttackContext } from '../attack-context.js';
import { closer, nothingYet, type Closest } from '../minimum-norm/closest.js';
import type { Norm } from '../norms/index.js';
import { perExample } from '../norms/shared.js';

export interface QueryBudget {
  /** Queries of each example. */
  readonly queries: number;
  /** The distance at which an example need not come closer. */
  readonly enough: number;
}

/** Its tensors belong to the scope it is made in, and are written in place. */
export class Decisions {
  /** The closest adversarial images asked for so far. */
  readonly closest: Closest;
  readonly #context: AttackContext;
  readonly #norm: Norm;
  readonly #budget: QueryBudget;
  /** int64 [N]: queries so far. */
  readonly #asked: Tensor;

  constructor(context: AttackContext, norm: Norm, budget: QueryBudget) {
    this.#context = context;
    this.#norm = norm;
    this.#budget = budget;
    this.closest = nothingYet(context.images);
    this.#asked = ops.zerosLike(context.labels);
  }

  /** bool [N]: the examples that have queries left and a use for them. */
  open(): Tensor {
    return tidy(() => this.#asked.lt(this.#budget.queries).logicalAnd(this.closest.distance.gt(this.#budget.enough)));
  }

  /** int64 [N]: the queries that each example has had. */
  asked(): Tensor {
    return this.#asked.clone();
  }

  /**
   * Asks about one candidate an example. Only the examples that ask, and are {@link open}, pass through the network.
   *
   * @param candidates float32 [N, C, H, W] in [0, 1]
   * @param asking bool [N]
   * @returns bool [N]: whether it is misclassified; false where nobody asked
   */
  ask(candidates: Tensor, asking: Tensor): Tensor {
    return tidy(() => {
      const rows = asking.logicalAnd(this.open()).nonzero().squeeze(1);
      const answers = ops.zerosLike(asking);
      if (rows.numel() === 0) return answers;
      const subset = this.#context.subset(rows);
      answers.indexCopy_(0, rows, misclassified(subset.logits(candidates.indexSelect(0, rows)), subset.labels));
      this.#asked.indexCopy_(0, rows, this.#asked.indexSelect(0, rows).add(1));
      const { images, distance } = closer(this.#norm, this.#context.images, this.closest, candidates, answers);
      this.closest.images.copy_(images);
      this.closest.distance.copy_(distance);
      return answers;
    });
  }
}

/** `chosen` where the condition holds, else `other`, an example at a time. */
export function choose(condition: Tensor, chosen: Tensor, other: Tensor): Tensor {
  return tidy(() => ops.where(perExample(condition, chosen), chosen, other));
}
