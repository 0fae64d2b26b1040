/**
 * The projection onto the intersection of an L1 ball and the box of images (Croce and Hein, "Mind the box: l1-APGD for
 * sparse adversarial attacks on image classifiers", ICML 2021, section 2.2).
 *
 * @module
 */
import { ops, tidy, type Tensor } from '../../engine/index.js';
import { rows } from './shared.js';

/** Halvings of the interval in which the multiplier lies. */
const HALVINGS = 32;

/**
 * The nearest perturbation to `perturbation` that has an L1 norm of at most `radius` and leaves the images in [0, 1].
 *
 * By the conditions of Karush, Kuhn and Tucker an entry u with room c in its direction becomes
 * sign(u) min(max(|u| - λ, 0), c), with one λ ≥ 0 an example: zero where that is within the radius, else such that the
 * magnitudes sum to it. The sum falls with λ, piecewise linearly; where the paper sorts its breakpoints, this halves
 * the interval and then solves the linear piece it ends in, which needs no sort and is as exact.
 *
 * @param images float [N, C, H, W] in [0, 1]
 * @param perturbation as `images`
 * @returns a new tensor; nothing else stays alive
 */
export function projectOntoL1BallAndBox(images: Tensor, perturbation: Tensor, radius: number): Tensor {
  return tidy(() => {
    const point = rows(images);
    const wanted = rows(perturbation);
    const magnitude = wanted.abs();
    const room = ops.where(wanted.gt(0), point.neg().add(1), point);
    const lowered = (multiplier: Tensor) => magnitude.sub(multiplier).clamp({ min: 0 }).minimum(room);
    const sumOf = (values: Tensor) => values.sum(1, { keepdim: true });

    const high = magnitude.amax({ dim: 1, keepdim: true });
    const bracket = { low: ops.zerosLike(high), high };
    const { low } = narrowed(bracket, (middle) => sumOf(lowered(middle)).gt(radius));

    // On the piece from `low` on, entries strictly between zero and their room follow λ, the others do not.
    const there = lowered(low);
    const free = there.gt(0).logicalAnd(magnitude.sub(low).le(room));
    const count = sumOf(free.to({ dtype: images.dtype })).clamp({ min: 1 });
    const excess = sumOf(there).sub(radius).clamp({ min: 0 });
    return lowered(low.add(excess.div(count)))
      .mul(wanted.sign())
      .reshape(perturbation.shape);
  });
}

/**
 * The images with that nearest perturbation, in [0, 1]: arguments as {@link projectOntoL1BallAndBox} has them.
 *
 * @returns a new tensor; nothing else stays alive
 */
export function perturbedWithinL1(images: Tensor, perturbation: Tensor, radius: number): Tensor {
  // A pixel and its room add up to at most 1 but for rounding.
  return tidy(() => images.add(projectOntoL1BallAndBox(images, perturbation, radius)).clamp({ min: 0, max: 1 }));
}

interface Bracket {
  readonly low: Tensor;
  readonly high: Tensor;
}

/** Halves the interval, keeping the end below which `above` is true as `low`. */
function narrowed(start: Bracket, above: (middle: Tensor) => Tensor): Bracket {
  let bracket = start;
  for (let halving = 0; halving < HALVINGS; halving += 1) {
    bracket = tidy(() => {
      const middle = bracket.low.add(bracket.high).div(2);
      const tooMuch = above(middle);
      return { low: ops.where(tooMuch, middle, bracket.low), high: ops.where(tooMuch, bracket.high, middle) };
    });
  }
  return bracket;
}
