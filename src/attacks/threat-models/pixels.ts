/**
 * A number of pixels, each in all its colour channels, may take any value, wherever they lie (Su, Vargas and Sakurai,
 * "One Pixel Attack for Fooling Deep Neural Networks", 2019; as Croce and Hein count sparse perturbations, "Sparse and
 * Imperceivable Adversarial Attacks", ICCV 2019). Epsilon is how many. The norm `l0` counts the values one by one.
 *
 * A step moves a hundredth of the pixels, those with the largest gradients, a choice of ours as in `norms/l0.ts`.
 *
 * @module
 */
import { ops, tidy, type Tensor } from '../../engine/index.js';
import { unitSum } from '../norms/l1.js';
import { countOf, rows } from '../norms/shared.js';
import { requireWhole } from './counted.js';
import type { ThreatModel } from './threat-model.js';

/** Of the pixels that a step moves. */
const SHARE = 0.01;

/** Keeps the `count` pixels with the largest sums of `weight` over their channels; of equal ones the first. */
function keepPixels(values: Tensor, count: number, weight: (values: Tensor) => Tensor): Tensor {
  return tidy(() => {
    const sums = rows(weight(values).sum([1]));
    const [, order] = sums.sort({ stable: true, dim: 1, descending: true });
    const chosen = order.narrow(1, 0, Math.min(Math.floor(count), sums.size(1)));
    const kept = ops.zerosLike(sums).scatter(1, chosen, ops.zerosLike(sums).gather(1, chosen).add(1));
    const [examples, , height, width] = values.shape as [number, number, number, number];
    return values.mul(kept.reshape([examples, 1, height, width]));
  });
}

/** The nearest in L2 that changes so many pixels. */
const project = (perturbation: Tensor, epsilon: number) =>
  keepPixels(perturbation, epsilon, (values) => values.square());

export const pixels: ThreatModel = {
  name: 'pixels',
  counts: 'changed pixels',
  sparse: true,
  magnitude: (perturbation) =>
    tidy(() => {
      const changed = perturbation.ne(0).to({ dtype: perturbation.dtype });
      return rows(changed.amax({ dim: [1] })).sum(1);
    }),
  steepestAscent: (gradient) =>
    tidy(() => {
      const [, , height = 0, width = 0] = gradient.shape;
      const sound = gradient.nanToNum({ nan: 0 });
      return unitSum(keepPixels(sound, countOf(SHARE, height * width), (values) => values.abs()));
    }),
  scaled: unitSum,
  project,
  // Stretching changes no count: the sphere is where as many pixels as allowed are changed.
  onSphere: project,
  // Every set of pixels alike, each of them changed by up to the whole range.
  uniform: ({ stream, indices, shape, device }, epsilon) =>
    tidy(() => {
      const [channels = 1, height = 0, width = 0] = shape;
      const values = stream.derive('values').uniform(indices, [channels, height, width], device).mul(2).sub(1);
      const order = stream.derive('places').uniform(indices, [1, height, width], device).add(1);
      return values.mul(project(order, epsilon).ne(0).to({ dtype: values.dtype }));
    }),
  requireEpsilon: (epsilon) => {
    requireWhole(epsilon, 'a number of pixels that may change');
  },
  diameter: ([, height = 0, width = 0]) => height * width,
  // What is not changed is not rounded either.
  searchRadius: (epsilon) => epsilon,
  finalRadius: (epsilon) => epsilon,
};
