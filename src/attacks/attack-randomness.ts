/**
 * Where the random numbers of an attack come from: what initializations, targets and searches draw theirs from.
 *
 * @module
 */
import type { RandomStream, Tensor } from '../engine/index.js';

/** What makes a run of an attack repeatable, whatever the batches. */
export interface AttackRandomness {
  /** Named by the seed and the purpose; restarts derive their own from it. */
  readonly stream: RandomStream;
  /** int64 [N]: the images' indices in their data set. */
  readonly indices: Tensor;
}
