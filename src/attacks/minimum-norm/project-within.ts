/**
 * Projections onto balls of which each example has its own; the norms' own projections take one radius for all.
 *
 * @module
 */
import { ops, tidy, type Tensor } from '../../engine/index.js';
import { l2 } from '../norms/index.js';
import { perExample, rows, TINY } from '../norms/shared.js';

type Project = (perturbation: Tensor, radius: Tensor) => Tensor;

const PROJECTIONS: Readonly<Record<string, Project>> = {
  linf: (perturbation, radius) => {
    const most = perExample(radius, perturbation);
    return perturbation.maximum(most.neg()).minimum(most);
  },
  l2: (perturbation, radius) => {
    const factor = radius.div(l2.magnitude(perturbation).clamp({ min: TINY })).clamp({ max: 1 });
    return perturbation.mul(perExample(factor, perturbation));
  },
  // Duchi et al., as in norms/l1.ts: one threshold an example.
  l1: (perturbation, radius) => {
    const magnitudes = rows(perturbation).abs();
    const [descending] = magnitudes.sort({ stable: true, dim: 1, descending: true });
    const excess = descending.cumsum(1, { dtype: 'float64' }).sub(radius.unsqueeze(1));
    const ranks = ops.arange(descending.size(1), { dtype: 'float64', device: perturbation.device }).add(1);
    const thresholds = excess.div(ranks);
    const count = descending.gt(thresholds).sum(1, { keepdim: true, dtype: 'int64' }).clamp({ min: 1 });
    const threshold = thresholds.gather(1, count.sub(1)).clamp({ min: 0 });
    const lowered = magnitudes.sub(threshold).clamp({ min: 0 }).to({ dtype: perturbation.dtype });
    return rows(perturbation).sign().mul(lowered).reshape(perturbation.shape);
  },
  l0: (perturbation, radius) => {
    const flat = rows(perturbation);
    const [, order] = flat.abs().sort({ stable: true, dim: 1, descending: true });
    const ranks = ops.arange(flat.size(1), { device: flat.device }).expandAs(order);
    const rank = ops.zerosLike(order).scatter(1, order, ranks);
    return flat.maskedFill(rank.ge(radius.unsqueeze(1)), 0).reshape(perturbation.shape);
  },
};

/**
 * The nearest perturbation within each example's ball, of the norm of that name.
 *
 * @param perturbation float [N, …]
 * @param radius float [N], at least 0; for l0 whole numbers
 * @returns a new tensor; nothing else stays alive
 */
export function projectWithin(norm: string, perturbation: Tensor, radius: Tensor): Tensor {
  return tidy(() => PROJECTIONS[norm]!(perturbation, radius));
}
