/**
 * The number of changed entries (colour channels count one by one): epsilon is a whole number, and the changed
 * entries may take any value in the box. No norm in the strict sense: it does not scale.
 *
 * Its steepest ascent is a choice of ours. Croce and Hein's PGD₀ ("Sparse and Imperceivable Adversarial Attacks",
 * ICCV 2019) steps along g / |g|₁, which is the `scaled` gradient here; as most of such a step is
 * projected away again, `normalized` takes of it the share of entries with the largest gradients only. So a step has
 * length 1 in L1, and the default step size crosses the box in a few steps.
 *
 * @module
 */
import { ops, SaddlepointError, tidy, type Tensor } from '../../engine/index.js';
import { unitSum } from './l1.js';
import type { Norm } from './norm.js';
import { countOf, entries, keepLargest, requireFraction, rows } from './shared.js';

/** Stutz's share for L0. */
const FRACTION = 0.01;

/** Keeps exactly the floor(epsilon) largest entries; of equal ones the first. */
function project(perturbation: Tensor, epsilon: number): Tensor {
  return tidy(() => {
    const flat = rows(perturbation);
    const count = Math.min(Math.floor(epsilon), flat.size(1));
    const [, order] = flat.abs().sort({ stable: true, dim: 1, descending: true });
    const largest = order.narrow(1, 0, count);
    return ops.zerosLike(flat).scatter(1, largest, flat.gather(1, largest)).reshape(perturbation.shape);
  });
}

/**
 * The L0 "norm" whose steepest ascent moves the `fraction` of entries with the largest gradients.
 *
 * @throws SaddlepointError ARGUMENT for a fraction outside of (0, 1]
 */
export function l0With(fraction: number): Norm {
  requireFraction(fraction);
  return {
    name: 'l0',
    counts: 'changed values',
    sparse: true,
    magnitude: (perturbation) => tidy(() => rows(perturbation).ne(0).to({ dtype: perturbation.dtype }).sum(1)),
    steepestAscent: (gradient) => tidy(() => unitSum(keepLargest(gradient, countOf(fraction, rows(gradient).size(1))))),
    scaled: unitSum,
    project,
    // Stretching changes no count: the sphere is where as many entries as allowed are changed.
    onSphere: project,
    // Every set of entries alike, each of them changed by up to the whole range.
    uniform: ({ stream, indices, shape, device }, epsilon) =>
      tidy(() => {
        const values = stream.derive('values').uniform(indices, shape, device).mul(2).sub(1);
        const order = stream.derive('places').uniform(indices, shape, device);
        const chosen = project(order.add(1), epsilon).ne(0);
        return ops.where(chosen, values, ops.zerosLike(values));
      }),
    requireEpsilon: (epsilon) => {
      if (Number.isInteger(epsilon)) return;
      throw new SaddlepointError(
        'ARGUMENT',
        `expected an L0 epsilon as a whole number of entries that may change, received ${epsilon}`,
      );
    },
    diameter: entries,
    // What is not changed is not rounded either.
    searchRadius: (epsilon) => epsilon,
    finalRadius: (epsilon) => epsilon,
    withFraction: l0With,
  };
}

export const l0: Norm = l0With(FRACTION);
