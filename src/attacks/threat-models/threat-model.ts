/**
 * What an attack may change: how large a perturbation is, which unit step raises a loss fastest, a random start, and
 * the way back to what is allowed. Every projection here only moves entries towards zero, so that what was in the box
 * [0, 1] before stays in it.
 *
 * @module
 */
import type { Device, RandomStream, Tensor } from '../../engine/index.js';

/** Where the numbers of a random perturbation come from, and for which images. */
export interface Draw {
  readonly stream: RandomStream;
  /** int64 [N]: the images' indices in their data set, which own the random numbers. */
  readonly indices: Tensor;
  /** Of one example: [C, H, W]. */
  readonly shape: readonly number[];
  readonly device: Device;
}

/** What an attack may change: a norm, a patch, a frame, a union of norms, or anything. */
export interface ThreatModel {
  /** `linf`, `patch`, … as recipes and results write it. */
  readonly name: string;
  /** Where sizes are whole numbers, what they count, e.g. `changed values`. */
  readonly counts?: string | undefined;
  /** The size of each perturbation: [N, …] to [N]. */
  readonly magnitude: (perturbation: Tensor) => Tensor;
  /**
   * The direction of length 1 along which a loss with this gradient rises fastest: [N, …] to [N, …]. A zero
   * gradient, and one that is not a number, gives a zero step.
   */
  readonly steepestAscent: (gradient: Tensor) => Tensor;
  /** The gradient itself, scaled to length 1; zero and NaN as above. Between steepest ascent and the raw gradient. */
  readonly scaled: (gradient: Tensor) => Tensor;
  /** The nearest perturbation of size at most `epsilon`: [N, …] to [N, …]. */
  readonly project: (perturbation: Tensor, epsilon: number) => Tensor;
  /** The perturbation stretched or shrunk until its size is `epsilon`: [N, …] to [N, …]. */
  readonly onSphere: (direction: Tensor, epsilon: number) => Tensor;
  /** Perturbations uniformly distributed in the ball: [N, C, H, W]. */
  readonly uniform: (draw: Draw, epsilon: number) => Tensor;
  /** @throws SaddlepointError ARGUMENT for a budget no image could mean, whatever its size. */
  readonly requireEpsilon: (epsilon: number) => void;
  /** The largest size a perturbation of an image of this shape, [C, H, W], in [0, 1] can have. */
  readonly diameter: (shape: readonly number[]) => number;
  /** How far steps have to lead, which their usual length follows from. Default: epsilon. */
  readonly reach?: number | undefined;
  /**
   * The radius a search in float32 projects to: smaller than epsilon by the most that rounding
   * image + perturbation can add, so that what leaves the attack needs no further change.
   */
  readonly searchRadius: (epsilon: number, size: number) => number;
  /** The radius of the last projection, in float64: smaller than epsilon by what a float64 sum may be wrong. */
  readonly finalRadius: (epsilon: number) => number;
  /** Whether a step moves few entries, so that none of them may be wasted on a pixel already at its limit. */
  readonly sparse?: boolean;
}
