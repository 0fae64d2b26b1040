/**
 * Square's proposals for L2 (ECCV 2020, algorithm 3) and L1 (Croce and Hein, "Mind the Box", ICML 2021, appendix: the
 * same with sums of magnitudes): a bump is added in one window, which takes the budget of another window, of itself
 * and of what is unused, so that the perturbation keeps its size while its mass gathers in fewer places.
 *
 * @module
 */
import { ops, tidy, type Tensor } from '../../engine/index.js';
import { TINY } from '../norms/shared.js';
import { positions, signs, type Proposal } from './proposal.js';
import { oddWindowSide } from './schedule.js';
import { bumps, readWindows, windowsAt, writeWindows } from './window.js';

/** Tiles along each side of the image that the attack begins with. */
const TILES = 5;

/** @param power 2 for L2, 1 for L1: budgets add up as this power of the norm */
export function bumpProposal(power: 1 | 2): Proposal {
  /** The power of each channel's norm: [N, C, …] to [N, C, 1]. */
  const mass = (channels: Tensor): Tensor =>
    (power === 2 ? channels.square() : channels.abs()).sum(2, { keepdim: true });
  const toSize = (masses: Tensor): Tensor => (power === 2 ? masses.sqrt() : masses);
  /** Scaled to size 1; what is zero stays zero. */
  const unit = (channels: Tensor): Tensor => channels.div(toSize(mass(channels)).clamp({ min: TINY }));

  return {
    start: ({ images, epsilon }, stream, indices) =>
      tidy(() => {
        const [count = 0, channels = 0, height = 0, width = 0] = images.shape;
        const pattern = unit(tiled(signs(stream.uniform(indices, [channels, TILES ** 2], images.device)), height, width)
          .reshape([count, 1, -1])); // prettier-ignore
        return images.add(pattern.reshape(images.shape).mul(epsilon));
      }),
    numbers: (channels) => 5 + channels,
    side: oddWindowSide,
    next: ({ images, epsilon }, current, side, draws) =>
      tidy(() => {
        const [count = 0, channels = 0, height = 0, width = 0] = images.shape;
        const shape = [count, channels, height, width] as const;
        const place = (first: number) =>
          windowsAt(
            positions(draws.select(1, first), height - side),
            positions(draws.select(1, first + 1), width - side),
            side,
            shape,
          );
        const [target, source] = [place(0), place(2)];
        const perturbation = current.sub(images).reshape([count, channels, height * width]);
        const emptied = writeWindows(writeWindows(perturbation, source, 0), target, 0);

        const unused = mass(perturbation).sum(1, { keepdim: true }).neg().add(epsilon ** power).clamp({ min: 0 }); // prettier-ignore
        const available = mass(perturbation.sub(emptied)).add(unused.div(channels));
        const turned = draws.select(1, 4).ge(0.5).to({ dtype: 'int64' });
        const shapes = bumps(side).to({ device: images.device }).indexSelect(0, turned).unsqueeze(1);
        const added = unit(shapes).mul(signs(draws.narrow(1, 5, channels)).unsqueeze(2));
        const content = unit(added.add(unit(readWindows(perturbation, target)))).mul(toSize(available));
        return images.add(writeWindows(emptied, target, content).reshape(images.shape));
      }),
  };
}

/** Tiles of bumps with the given signs, [N, C, 25] to [N, C, H, W]; what equal tiles leave over stays zero. */
function tiled(signs: Tensor, height: number, width: number): Tensor {
  const side = Math.max(1, Math.floor(Math.min(height, width) / TILES));
  const [rows, columns] = [Math.min(TILES, height), Math.min(TILES, width)];
  const [count, channels] = signs.shape as [number, number];
  const tile = bumps(side).select(0, 0).to({ device: signs.device });
  const filled = signs
    .reshape([count, channels, TILES, TILES])
    .narrow(2, 0, rows)
    .narrow(3, 0, columns)
    .reshape([count, channels, rows, 1, columns, 1])
    .mul(tile.reshape([side, 1, side]))
    .reshape([count, channels, rows * side, columns * side]);
  const [below, behind] = [height - rows * side, width - columns * side];
  const [above, before] = [Math.floor(below / 2), Math.floor(behind / 2)];
  return ops.constantPad(filled, [before, behind - before, above, below - above]);
}
