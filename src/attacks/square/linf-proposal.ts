/**
 * Square's proposals for the maximum norm (ECCV 2020, algorithm 2): vertical stripes to begin with, then squares in
 * which every channel goes to one end of the budget. Setting x ± ε is the paper's ± 2ε from the current image,
 * clipped to the ball.
 *
 * @module
 */
import { ops, tidy, type Tensor } from '../../engine/index.js';
import { positions, signs, type Proposal } from './proposal.js';
import { windowSide } from './schedule.js';

export const linfProposal: Proposal = {
  start: ({ images, epsilon }, stream, indices) =>
    tidy(() => {
      const [, channels = 0, , width = 0] = images.shape;
      const stripes = signs(stream.uniform(indices, [channels, 1, width], images.device));
      return images.add(stripes.mul(epsilon));
    }),
  numbers: (channels) => 2 + channels,
  side: windowSide,
  next: ({ images, epsilon }, current, side, draws) =>
    tidy(() => {
      const [count = 0, channels = 0, height = 0, width = 0] = images.shape;
      const rows = within(positions(draws.select(1, 0), height - side), side, height).reshape([count, 1, height, 1]);
      const columns = within(positions(draws.select(1, 1), width - side), side, width).reshape([count, 1, 1, width]);
      const end = signs(draws.narrow(1, 2, channels))
        .mul(epsilon)
        .reshape([count, channels, 1, 1]);
      return ops.where(rows.logicalAnd(columns), images.add(end), current);
    }),
};

/** Which of 0 … length - 1 lie in the `side` numbers from each start on: [N] to bool [N, length]. */
function within(starts: Tensor, side: number, length: number): Tensor {
  const offset = ops.arange(length, { dtype: 'int64', device: starts.device }).sub(starts.unsqueeze(1));
  return offset.ge(0).logicalAnd(offset.lt(side));
}
