/**
 * What a Square attack of one norm tries next.
 *
 * @module
 */
import type { RandomStream, Tensor } from '../../engine/index.js';

/** The images under attack, and the budget. */
export interface Setting {
  /** float32 [N, C, H, W] */
  readonly images: Tensor;
  readonly epsilon: number;
}

export interface Proposal {
  /** The images the attack begins with, before projection: [N, C, H, W]. Leaves alive what it returns. */
  readonly start: (setting: Setting, stream: RandomStream, indices: Tensor) => Tensor;
  /** How many uniform numbers of each example one query needs. */
  readonly numbers: (channels: number) => number;
  /** The side of the window that covers this share of the image. */
  readonly side: (share: number, height: number, width: number) => number;
  /**
   * The next candidates, before projection. Leaves alive what it returns.
   *
   * @param current the strongest images so far, [N, C, H, W]
   * @param draws the query's uniform numbers on [0, 1), [N, numbers]
   */
  readonly next: (setting: Setting, current: Tensor, side: number, draws: Tensor) => Tensor;
  /**
   * How candidates come back into a ball of this radius and the box, where not into the box first and then into the
   * ball.
   */
  readonly project?: (images: Tensor, candidates: Tensor, radius: number) => Tensor;
}

/** Whole numbers 0 to `most` from uniform ones, every one alike: the upper left corner of a window. */
export function positions(draws: Tensor, most: number): Tensor {
  // In float32 the product may round up to the next whole number.
  return draws
    .mul(most + 1)
    .floor()
    .clamp({ max: most })
    .to({ dtype: 'int64' });
}

/** -1 or 1 from uniform numbers. */
export function signs(draws: Tensor): Tensor {
  return draws.ge(0.5).to({ dtype: draws.dtype }).mul(2).sub(1);
}
