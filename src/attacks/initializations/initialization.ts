/**
 * Where the search starts.
 *
 * @module
 */
import type { RandomStream, Tensor } from '../../engine/index.js';
import type { Norm } from '../norms/index.js';

export interface Initialization {
  /** As recipes write it. */
  readonly name: string;
  /** Whether two draws differ; restarts of one that is not random are wasted. */
  readonly random: boolean;
  /**
   * A perturbation of size at most `epsilon` for each image; the box is applied by the attack.
   *
   * @param images float32 [N, C, H, W]
   * @param indices int64 [N]: the images' indices in their data set, which own the random numbers
   */
  perturbation(images: Tensor, norm: Norm, epsilon: number, stream: RandomStream, indices: Tensor): Tensor;
}
