/**
 * What an attack maximises, an example at a time.
 *
 * @module
 */
import type { Tensor } from '../../engine/index.js';

export interface Objective {
  /** As recipes write it. */
  readonly name: string;
  /**
   * The value of each example, larger when the attack is doing better.
   *
   * @param logits float [N, K]
   * @param labels int64 [N]: the true classes
   * @returns float [N]
   */
  value(logits: Tensor, labels: Tensor): Tensor;
}
