/**
 * The way back from an adversarial image to the decision boundary, by halving: towards the unperturbed image along the
 * line between them (L2), or into ever smaller cubes around it (L-infinity).
 *
 * Chen, Jordan and Wainwright, "HopSkipJumpAttack: A Query-Efficient Decision-Based Attack", S&P 2020, algorithm 1.
 *
 * @module
 */
import { advance, ops, tidy, type Tensor } from '../../engine/index.js';
import { distanceOf } from '../minimum-norm/closest.js';
import { projectWithin } from '../minimum-norm/project-within.js';
import type { Norm } from '../norms/index.js';
import { entries, perExample } from '../norms/shared.js';
import { choose, type Decisions } from './decisions.js';

/** Finer is lost in float32 pixels. */
const FINEST = 2 ** -20;

/** The image at share `at` of the way, float64 [N] in [0, 1]: [N, C, H, W]. */
function between(norm: Norm, images: Tensor, adversarial: Tensor, at: Tensor): Tensor {
  return tidy(() => {
    const perturbation = adversarial.sub(images).to({ dtype: 'float64' });
    const part =
      norm.name === 'linf'
        ? projectWithin('linf', perturbation, at.mul(norm.magnitude(perturbation)))
        : perturbation.mul(perExample(at, perturbation));
    return images.add(part).clamp({ min: 0, max: 1 }).to({ dtype: 'float32' });
  });
}

/**
 * The last adversarial image of the search; where nobody asks, what was given.
 *
 * @param adversarial float32 [N, C, H, W]: misclassified images
 * @param asking bool [N]
 * @param tolerance how exactly the share of the way is found. Default: the paper's, d^-3/2 for L2 and d^-2 for
 *   L-infinity
 * @returns a new tensor; nothing else stays alive
 */
export function searchBoundary(
  decisions: Decisions,
  { norm, images, adversarial, asking }: { norm: Norm; images: Tensor; adversarial: Tensor; asking: Tensor },
  tolerance = paperTolerance(norm, entries(images.shape.slice(1))),
): Tensor {
  return tidy(() => {
    const high = distanceOf(norm, images, adversarial).mul(0).add(1);
    let state = { low: ops.zerosLike(high), high };
    // The ends of every example's interval are as far apart.
    for (let width = 1; width > Math.max(tolerance, FINEST); width /= 2) {
      if (tidy(() => decisions.open().logicalAnd(asking).any().item()) === 0) break;
      state = advance(state, ({ low, high: most }) => {
        const middle = low.add(most).div(2);
        const success = decisions.ask(between(norm, images, adversarial, middle), asking);
        return { low: ops.where(success, low, middle), high: ops.where(success, middle, most) };
      });
    }
    const found = between(norm, images, adversarial, state.high);
    return choose(asking.logicalAnd(state.high.lt(1)), found, adversarial);
  });
}

function paperTolerance(norm: Norm, size: number): number {
  return norm.name === 'linf' ? size ** -2 : size ** -1.5;
}
