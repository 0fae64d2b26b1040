/**
 * A patch: every pixel of one square window may take any value, and no other changes (Brown et al., "Adversarial
 * Patch", 2017; where it lies is the attacker's choice, as in Rao, Stutz and Schiele, "Adversarial Training against
 * Location-Optimized Adversarial Patches", 2020). Epsilon is the window's side in pixels.
 *
 * Of the perturbations that one window holds, the nearest in L2 is the window with the most of it: that is the
 * projection. So a search stays at the place where it starts, and restarts try others.
 *
 * @module
 */
import { ops, tidy, type Tensor } from '../../engine/index.js';
import { rows } from '../norms/shared.js';
import { ANY_VALUES, requireWhole } from './counted.js';
import type { ThreatModel } from './threat-model.js';

const [ROWS, COLUMNS] = [2, 3] as const;

/** 1 in one window of each example and 0 elsewhere: [N, 1, H, W], by where its first row and column are, [N] each. */
function windows(top: Tensor, left: Tensor, side: number, like: Tensor): Tensor {
  return tidy(() => {
    const along = (axis: typeof ROWS | typeof COLUMNS, first: Tensor) => {
      const length = like.size(axis);
      const places = ops.arange(length, { dtype: 'int64', device: like.device }).reshape([1, length]);
      const start = first.reshape([-1, 1]);
      return places.ge(start).logicalAnd(places.lt(start.add(side)));
    };
    const [vertical, horizontal] = [along(ROWS, top), along(COLUMNS, left)];
    return vertical
      .reshape([-1, 1, like.size(ROWS), 1])
      .logicalAnd(horizontal.reshape([-1, 1, 1, like.size(COLUMNS)]))
      .to({ dtype: like.dtype });
  });
}

/** Keeps the window that holds most of the sum of squares; of equal ones the first. */
function project(perturbation: Tensor, epsilon: number): Tensor {
  const side = Math.min(Math.floor(epsilon), perturbation.size(ROWS), perturbation.size(COLUMNS));
  if (side < 1) return ops.zerosLike(perturbation);
  return tidy(() => {
    const energy = perturbation.square().sum([1], { keepdim: true });
    const held = ops.avgPool2d(energy, [side, side], { stride: [1, 1] });
    const across = held.size(COLUMNS);
    const best = rows(held).argmax({ dim: 1 });
    const left = best.remainder(across);
    const top = best.sub(left).div(across).to({ dtype: 'int64' });
    return perturbation.mul(windows(top, left, side, perturbation));
  });
}

export const patch: ThreatModel = {
  name: 'patch',
  counts: "pixels of a patch's side",
  ...ANY_VALUES,
  // The larger extent of what has changed; a square of that side holds it.
  magnitude: (perturbation) =>
    tidy(() => {
      const { dtype, device } = perturbation;
      const changed = perturbation
        .ne(0)
        .to({ dtype })
        .amax({ dim: [1] });
      const extent = (lines: Tensor) => {
        const length = lines.size(1);
        const places = ops.arange(length, { dtype, device });
        const last = lines.mul(places.add(1)).amax({ dim: [1] });
        const fromEnd = lines.mul(places.neg().add(length)).amax({ dim: [1] });
        return last.add(fromEnd).sub(length).clamp({ min: 0 }); // 0 where nothing has changed
      };
      const [height, width] = [extent(changed.amax({ dim: [2] })), extent(changed.amax({ dim: [1] }))];
      return ops.where(height.gt(width), height, width);
    }),
  project,
  // Stretching changes no extent: the sphere is where as much as allowed is changed.
  onSphere: project,
  // Every place alike, and in it any values.
  uniform: ({ stream, indices, shape, device }, epsilon) =>
    tidy(() => {
      const [, height = 0, width = 0] = shape;
      const side = Math.min(epsilon, height, width);
      const values = stream.derive('values').uniform(indices, shape, device).mul(2).sub(1);
      const place = (name: string, length: number) =>
        stream.derive(name).integers(indices, [], length - side + 1, device);
      return values.mul(windows(place('top', height), place('left', width), side, values));
    }),
  requireEpsilon: (epsilon) => {
    requireWhole(epsilon, "a patch's side in pixels");
  },
  diameter: ([, height = 0, width = 0]) => Math.min(height, width),
};
