/**
 * The direction of the gradient at the decision boundary, from decisions alone: the average of random directions,
 * each weighted by what the network decides a little way along it.
 *
 * Chen, Jordan and Wainwright, "HopSkipJumpAttack", S&P 2020, equations 9 and 16.
 *
 * @module
 */
import { advance, ops, tidy, type RandomStream, type Tensor } from '../../engine/index.js';
import { l2 } from '../norms/index.js';
import { perExample } from '../norms/shared.js';
import { choose, type Decisions } from './decisions.js';

export interface EstimateOptions {
  /** float32 [N, C, H, W]: images at the boundary. */
  readonly points: Tensor;
  /** float [N]: how far along each direction the network is asked, the paper's δ. */
  readonly distance: Tensor;
  /** Random directions that are averaged, the paper's B. */
  readonly directions: number;
  readonly stream: RandomStream;
  readonly indices: Tensor;
  /** Whether directions are normally distributed, or uniformly in a cube, before they are given unit length. */
  readonly distribution: 'normal' | 'uniform';
  /** bool [N] */
  readonly asking: Tensor;
}

/**
 * The estimate, of unit length in L2.
 *
 * @returns a new tensor, float32 [N, C, H, W]; nothing else stays alive
 */
export function estimateGradient(decisions: Decisions, options: EstimateOptions): Tensor {
  const { points, distance, directions, stream, indices, distribution, asking } = options;
  const [, ...shape] = points.shape;
  return tidy(() => {
    const length = perExample(distance.to({ dtype: 'float32' }).clamp({ min: Number.EPSILON }), points);
    const nothing = ops.zerosLike(points);
    let sums = { signed: nothing, plain: nothing.clone(), answers: ops.zerosLike(distance).to({ dtype: 'float32' }) };
    for (let number = 0; number < directions; number += 1) {
      sums = advance(sums, ({ signed, plain, answers }) => {
        const numbers = stream.derive('direction', number);
        const drawn =
          distribution === 'normal'
            ? numbers.normal(indices, shape, points.device)
            : numbers.uniform(indices, shape, points.device).mul(2).sub(1);
        const candidates = points.add(l2.onSphere(drawn, 1).mul(length)).clamp({ min: 0, max: 1 });
        // What the box leaves of the direction.
        const direction = candidates.sub(points).div(length);
        const answer = decisions.ask(candidates, asking).to({ dtype: 'float32' }).mul(2).sub(1);
        return {
          signed: signed.add(direction.mul(perExample(answer, direction))),
          plain: plain.add(direction),
          answers: answers.add(answer),
        };
      });
    }
    // Less the mean answer, which lowers the variance; where all answers are one, they say where the other side is.
    const mean = sums.answers.div(directions);
    const agreed = mean.abs().ge(1 - 0.5 / directions);
    const less = sums.signed.sub(sums.plain.mul(perExample(mean, points)));
    return l2.onSphere(choose(agreed, sums.signed, less), 1);
  });
}
