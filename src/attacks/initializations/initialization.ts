/**
 * Where the search starts.
 *
 * @module
 */
import type { RandomStream, Tensor } from '../../engine/index.js';
import type { Draw, ThreatModel } from '../threat-models/threat-model.js';

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
   * @returns a new tensor; nothing else stays alive
   */
  perturbation(images: Tensor, norm: ThreatModel, epsilon: number, stream: RandomStream, indices: Tensor): Tensor;
}

/** Random numbers for perturbations of these images. */
export function drawFor(images: Tensor, stream: RandomStream, indices: Tensor): Draw {
  return { stream, indices, shape: images.shape.slice(1), device: images.device };
}
