/**
 * The box that reaches an activation, made smaller by linear bounds of what comes before it.
 *
 * @module
 */
import { ops, tidy, type Tensor } from '../../engine/index.js';
import type { Box } from './box.js';
import { backwardThrough, leastOf, type RelaxedStage } from './linear-bounds.js';

/** Coefficients at once, in numbers: 32 MiB of float64. */
const AT_ONCE = 2 ** 22;

/**
 * The better one of the box and CROWN's bounds, for the numbers of which some example's interval has zero within it:
 * where the sign is known, ReLU is linear and nothing is lost.
 *
 * @param before the stages from the images to the box
 */
export function refineBox(box: Box, before: readonly RelaxedStage[], images: Box): Box {
  if (!before.some(({ relaxed }) => relaxed)) return box; // affine maps alone: the box is as small as it can be
  const { shape } = box.lower;
  const examples = shape[0]!;
  const size = box.lower.numel() / examples;
  return tidy(() => {
    let [lower, upper] = [box.lower, box.upper].map((end) => end.reshape([examples, size])) as [Tensor, Tensor];
    const unsure = lower.lt(0).logicalAnd(upper.gt(0)).any(0).nonzero().squeeze(1);
    const most = Math.max(1, Math.floor(AT_ONCE / (examples * Math.max(size, ...before.map((stage) => stage.size)))));
    for (let start = 0; start < unsure.size(0); start += most) {
      const rows = unsure.narrow(0, start, Math.min(most, unsure.size(0) - start));
      const [least, negated] = tidy(() => {
        const lines = linesOf(rows, box);
        return [lines, lines.neg()].map((each) => leastOf(backwardThrough(before, each), images));
      }) as [Tensor, Tensor];
      const columns = rows.unsqueeze(0).expand([examples, rows.size(0)]);
      lower = lower.scatter(1, columns, lower.gather(1, columns).maximum(least));
      upper = upper.scatter(1, columns, upper.gather(1, columns).minimum(negated.neg()));
    }
    return { lower: lower.reshape([...shape]), upper: upper.reshape([...shape]) };
  });
}

/** One line for each of these numbers of an example, and one after the other for all examples: [N, R, …]. */
function linesOf(rows: Tensor, { lower }: Box): Tensor {
  const [examples, ...shape] = lower.shape as [number, ...number[]];
  const { dtype, device } = lower;
  const size = lower.numel() / examples;
  const count = rows.size(0);
  const one = ops.zeros([count, size], { dtype, device }).scatter(1, rows.unsqueeze(1), 1);
  return one
    .unsqueeze(0)
    .expand([examples, count, size])
    .reshape([examples, count, ...shape]);
}
