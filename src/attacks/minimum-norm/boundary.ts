/**
 * The decision boundary as seen from a point, the network taken as linear there: for each wrong class a hyperplane, and
 * of those the nearest one. DeepFool and FAB step towards it.
 *
 * @module
 */
import { advance, ops, SaddlepointError, tidy, type Tensor } from '../../engine/index.js';
import { l1, l2, linf } from '../norms/index.js';
import { perExample } from '../norms/shared.js';
import { logitOf } from '../objectives/shared.js';
import type { AttackContext } from '../attack-context.js';
import { differentiate } from './differentiate.js';

/** The hyperplane of all z with value + ⟨normal, z - point⟩ = 0, one an example. */
export interface Boundary {
  /** float [N]: the wrong logit minus the true one at the point; negative where the network is right. */
  readonly value: Tensor;
  /** float [N, C, H, W]: the gradient of that difference. */
  readonly normal: Tensor;
}

/** A distance in one norm to a hyperplane is |value| divided by the dual norm of its normal. */
const DUALS: Readonly<Record<string, (normal: Tensor) => Tensor>> = {
  linf: l1.magnitude,
  l2: l2.magnitude,
  l1: linf.magnitude,
};

/**
 * The dual of a norm: [N, …] to [N].
 *
 * @throws SaddlepointError ARGUMENT for a norm without one
 */
export function dualOf(norm: string): (gradient: Tensor) => Tensor {
  const dual = Object.hasOwn(DUALS, norm) ? DUALS[norm] : undefined;
  if (dual !== undefined) return dual;
  throw new SaddlepointError('ARGUMENT', `expected a norm of ${Object.keys(DUALS).join(', ')}, received ${norm}`);
}

/** The least that a step moves, an entry: float32 pixels can follow it. */
const LEAST = 2 ** -20;

/**
 * The boundary as it is, unless the two logits are equal at the point. There the point is on the boundary and the way
 * to it nothing, while the network may still be right, since of equal logits the first one wins: so the boundary is
 * taken to be one least step ahead. Where there is no gradient either, as at zero in a network of ReLUs without bias,
 * the step goes in a random direction, which is the example's own.
 *
 * @returns new tensors; nothing else stays alive
 */
export function offTies(context: AttackContext, norm: string, { value, normal }: Boundary): Boundary {
  return tidy(() => {
    const tied = value.eq(0);
    if (tied.any().item() === 0) return { value: value.clone(), normal: normal.clone() };
    const direction = ops.where(perExample(tied, normal), orRandom(context, normal), normal);
    const ahead = dualOf(norm)(direction).mul(-leastStep(norm, normal));
    return { value: ops.where(tied, ahead.to({ dtype: value.dtype }), value), normal: direction };
  });
}

/** The length of a step that moves entries by the least: all of them, or one for L1. */
export function leastStep(norm: string, like: Tensor): number {
  const [, ...shape] = like.shape;
  return norm === 'l2' ? LEAST * Math.sqrt(shape.reduce((product, length) => product * length, 1)) : LEAST;
}

/** The gradients, and a random direction for the examples that have none. Leaves alive what it returns. */
export function orRandom({ randomness, images }: AttackContext, gradient: Tensor): Tensor {
  return tidy(() => {
    const vanished = gradient.flatten({ startDim: 1 }).nanToNum({ nan: 0 }).abs().amax({ dim: 1 }).eq(0);
    if (vanished.any().item() === 0) return gradient.clone();
    const [, ...shape] = images.shape;
    const direction = randomness.stream.derive('vanished').normal(randomness.indices, shape, images.device);
    return ops.where(perExample(vanished, gradient), direction, gradient);
  });
}

/**
 * The nearest of the K - 1 linearised boundaries: K gradients of one forward pass, of which no more than two are held
 * at a time.
 *
 * @param dual of the norm that says what is near
 * @returns new tensors; nothing else stays alive
 */
export function nearestBoundary(context: AttackContext, points: Tensor, dual: (normal: Tensor) => Tensor): Boundary {
  const { labels } = context;
  return differentiate(context, points, ({ logits, gradientOf }) => {
    const ahead = logits.sub(logitOf(logits, labels).unsqueeze(1));
    const boundaryOf = (wrong: number): Boundary & { readonly distance: Tensor } =>
      tidy(() => {
        const value = ahead.select(1, wrong);
        const normal = gradientOf((all) => all.select(1, wrong).sub(logitOf(all, labels)));
        // A flat difference is infinitely far, and so is the true class from itself.
        const distance = value.abs().div(dual(normal)).nanToNum({ nan: Infinity });
        return { value: value.clone(), normal, distance: distance.maskedFill(labels.eq(wrong), Infinity) };
      });
    let nearest = boundaryOf(0);
    for (let wrong = 1; wrong < logits.size(1); wrong += 1) {
      nearest = advance(nearest, (best) => {
        const next = boundaryOf(wrong);
        // Class 0 is nobody's choice where it is the true one.
        const take = next.distance.lt(best.distance);
        return {
          value: ops.where(take, next.value, best.value),
          normal: ops.where(perExample(take, points), next.normal, best.normal),
          distance: ops.where(take, next.distance, best.distance),
        };
      });
    }
    return { value: nearest.value, normal: nearest.normal };
  });
}
