/**
 * The base of attacks that look for the smallest adversarial perturbation instead of the worst one within a budget.
 *
 * As an `Attack` with a budget such an attack succeeds where the smallest it found is within the budget, and returns
 * the unperturbed image elsewhere. Its distances give the robust error at every budget in one pass.
 *
 * @module
 */
import { ops, requireInteger, SaddlepointError, type Tensor } from '../../engine/index.js';
import type { Module } from '../../nn/index.js';
import { Attack, type SearchResult } from '../attack.js';
import type { Norm } from '../norms/index.js';
import { perExample } from '../norms/shared.js';
import { marginObjective, type Objective } from '../objectives/index.js';
import type { AttackContext } from '../attack-context.js';
import type { AttackRandomness } from '../attack-randomness.js';
import { nothingYet, type Closest } from './closest.js';

export interface MinimumNormOptions {
  readonly norm: Norm;
  /** The budget within which the attack, run as one with a budget, has to succeed. */
  readonly epsilon: number;
  /** Default: as the attack's paper. */
  readonly steps?: number | undefined;
  /** As results write it. Default: the attack's own. */
  readonly name?: string | undefined;
}

/** The smallest adversarial perturbations of a batch. */
export interface MinimumNormResult extends Closest {
  /** bool [N]: whether an adversarial image was found; so it is, at distance 0, where the network is wrong already. */
  readonly found: Tensor;
}

/** The base of attacks that look for the smallest perturbation; a subclass writes `smallest`. */
export abstract class MinimumNormAttack extends Attack {
  readonly steps: number;

  /** @throws SaddlepointError ARGUMENT for an option that is out of its range, or a norm that is not in `norms`. */
  constructor(
    { norm, epsilon }: MinimumNormOptions,
    steps: number,
    norms: readonly string[],
    objective: Objective = marginObjective,
  ) {
    super(norm, epsilon, objective);
    this.steps = requireInteger('steps', steps, 1);
    if (!norms.includes(norm.name)) {
      throw new SaddlepointError(
        'ARGUMENT',
        `expected norm ${norms.join(' or ')} for ${new.target.name}, received ${norm.name}`,
      );
    }
  }

  /**
   * Finds the smallest adversarial images of a batch that the network classifies correctly, of at least one example.
   *
   * @param enough the distance at which a search may stop trying to come closer
   */
  protected abstract smallest(context: AttackContext, enough: number): Closest;

  /**
   * The smallest adversarial perturbations that the attack finds, whatever its budget. The network is treated as by
   * `run`.
   *
   * @param images float32 [N, C, H, W] in [0, 1]
   * @param labels int64 [N]: the true classes
   * @returns new tensors; nothing else stays alive
   * @throws SaddlepointError ARGUMENT as `run` does
   */
  minimum(model: Module, images: Tensor, labels: Tensor, randomness: AttackRandomness): MinimumNormResult {
    return this.withContext(model, images, labels, randomness, (context) => {
      const closest = this.#closest(context, 0);
      return { ...closest, found: closest.distance.isfinite() };
    });
  }

  protected override search(context: AttackContext): SearchResult {
    // What the base's exact check allows, so that it changes none.
    const radius = this.norm.finalRadius(this.epsilon);
    const { images, distance } = this.#closest(context, radius);
    const within = perExample(distance.le(radius), images);
    return { images: ops.where(within, images, context.images) };
  }

  /** Searches for the correctly classified examples; the others are their own adversarial images. */
  #closest(context: AttackContext, enough: number): Closest {
    const { success } = context.query(context.images);
    const all = nothingYet(context.images);
    const distance = all.distance.maskedFill(success, 0);
    const stillRobust = success.logicalNot().nonzero().squeeze(1);
    if (stillRobust.numel() > 0) {
      const found = this.smallest(context.subset(stillRobust), enough);
      all.images.indexCopy_(0, stillRobust, found.images);
      distance.indexCopy_(0, stillRobust, found.distance);
    }
    return { images: all.images, distance };
  }
}
