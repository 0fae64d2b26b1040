/**
 * What an attack maximises, an example at a time.
 *
 * @module
 */
import type { Tensor } from '../../engine/index.js';
import type { TargetChoice } from '../targets.js';

export interface Objective {
  /** As recipes write it. */
  readonly name: string;
  /** How a targeted objective gets its target classes; an untargeted one has none. */
  readonly targets?: TargetChoice | undefined;
  /**
   * The fewest classes it is defined for; with fewer, `value` throws. Default: 2. Whoever can choose asks here
   * beforehand: the margin, targeted or not, takes the place of a difference of logits ratio.
   */
  readonly minimumClasses?: number | undefined;
  /**
   * Whether the direction of its gradient changes when all logits are multiplied by a number. Then a context brings
   * logits that hardly differ to a usual scale before it asks. Default: false.
   */
  readonly dependsOnScale?: boolean | undefined;
  /**
   * Whether an example's value depends on the others of its batch: for training alone, as the number that an evaluation
   * gives must not depend on its batches. Default: false.
   */
  readonly ofBatch?: boolean | undefined;
  /** Whether `value` is given what the network says of the unperturbed images. Default: false. */
  readonly comparesWithClean?: boolean | undefined;
  /**
   * Whether `value` takes labels as distributions, too, which training mixes images of several classes with. An
   * objective that does not is given the class with the largest share. Default: false.
   */
  readonly takesDistributions?: boolean | undefined;
  /**
   * Whether there is no right class: then every example counts as fooled, and only the value says how well the attack
   * does. Default: false.
   */
  readonly ignoresLabels?: boolean | undefined;
  /**
   * The value of each example, larger when the attack is doing better. The value leaves intermediate results for
   * autograd to the scope it is called in.
   *
   * @param logits float [N, K] with K of at least 2; the attack turns a single logit z into (-z/2, z/2), which
   *   has the same probabilities
   * @param labels int64 [N]: the true classes; float [N, K] may be given to an objective that takes distributions
   * @param targets int64 [N]: the target classes, for an objective with `targets`
   * @param clean float [N, K]: the unperturbed images' logits, without gradient, for an objective that compares with
   *   them
   * @returns float [N]
   */
  value(logits: Tensor, labels: Tensor, targets?: Tensor, clean?: Tensor): Tensor;
}
