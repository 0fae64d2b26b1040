/**
 * Square's proposals for L2 (ECCV 2020, algorithm 3) and L1 (Croce and Hein, "Mind the Box", ICML 2021, appendix: the
 * same with sums of magnitudes): a bump is added in one window, which takes the budget of another window, of itself
 * and of what is unused, so that the perturbation keeps its size while its mass gathers in fewer places.
 *
 * For L1, as in the authors' AutoAttack, candidates are larger than the budget and become the nearest point of ball and
 * box, which lowers all entries alike and so keeps the largest: bumps are steeper, the start has mass 1 in every
 * channel of every tile, and each channel of a window asks for the mass that is left times the number of channels.
 *
 * @module
 */
import { ops, tidy, type Tensor } from '../../engine/index.js';
import { perturbedWithinL1 } from '../norms/index.js';
import { TINY } from '../norms/shared.js';
import { positions, signs, type Proposal } from './proposal.js';
import { oddWindowSide } from './schedule.js';
import { bumps, readWindows, windowsAt, writeWindows } from './window.js';

/** Tiles along each side of the image that the attack begins with. */
const TILES = 5;
/** The exponents of the bumps' rings. */
const STEEPNESS = { 1: 4, 2: 2 } as const;

/** @param power 2 for L2, 1 for L1: budgets add up as this power of the norm */
export function l1L2Proposal(power: 1 | 2): Proposal {
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
        const tile = bumps(bumpSide(height, width), STEEPNESS[power]).select(0, 0).to({ device: images.device });
        const ofTiles = signs(stream.uniform(indices, [channels, TILES ** 2], images.device));
        const pattern = (one: Tensor) => tiled(ofTiles, one, height, width);
        if (power === 1) return images.add(pattern(tile.div(tile.abs().sum())));
        return images.add(
          unit(pattern(tile).reshape([count, 1, -1]))
            .reshape(images.shape)
            .mul(epsilon),
        );
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

        const unused = mass(perturbation)
          .sum(1, { keepdim: true })
          .neg()
          .add(epsilon ** power)
          .clamp({ min: 0 });
        const available = mass(perturbation.sub(emptied)).add(unused.div(channels));
        const turned = draws.select(1, 4).ge(0.5).to({ dtype: 'int64' });
        const shapes = bumps(side, STEEPNESS[power]).to({ device: images.device }).indexSelect(0, turned).unsqueeze(1);
        const added = unit(shapes).mul(signs(draws.narrow(1, 5, channels)).unsqueeze(2));
        const asked = power === 1 ? available.mul(channels) : toSize(available);
        const content = unit(added.add(unit(readWindows(perturbation, target)))).mul(asked);
        return images.add(writeWindows(emptied, target, content).reshape(images.shape));
      }),
    ...(power === 1 && {
      project: (images, candidates, radius) => tidy(() => perturbedWithinL1(images, candidates.sub(images), radius)),
    }),
  };
}

/** The side of a tile. */
function bumpSide(height: number, width: number): number {
  return Math.max(1, Math.floor(Math.min(height, width) / TILES));
}

/** Copies of a tile with the given signs, [N, C, 25] to [N, C, H, W]; what equal tiles leave over stays zero. */
function tiled(signs: Tensor, tile: Tensor, height: number, width: number): Tensor {
  const side = bumpSide(height, width);
  const [rows, columns] = [Math.min(TILES, height), Math.min(TILES, width)];
  const [count, channels] = signs.shape as [number, number];
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
