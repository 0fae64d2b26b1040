/**
 * Fast minimum-norm attack (Pintor, Roli, Brendel and Biggio, NeurIPS 2021): projected gradient descent on the margin
 * within a ball whose radius is adapted to each example, for L-infinity, L2, L1 and L0.
 *
 * @module
 */
import { z } from 'zod';
import { advance, ops, requireNumber, tidy, type Tensor } from '../../engine/index.js';
import { defineAttack, OPTIONS } from '../definition.js';
import { l2 } from '../norms/index.js';
import { TINY } from '../norms/shared.js';
import type { AttackContext } from '../attack-context.js';
import { dualOf, leastStep, orRandom } from './boundary.js';
import { closer, nothingYet, type Closest } from './closest.js';
import { MinimumNormAttack, type MinimumNormOptions } from './minimum-norm.js';
import { projectWithin } from './project-within.js';
import { cosine } from './schedule.js';

/** Those it is defined for. */
const NORMS = ['linf', 'l2', 'l1', 'l0'] as const;

export interface FmnOptions extends MinimumNormOptions {
  /** The first step's L2 length; the last one is a hundredth of it. Default: 1, the paper's α₀. */
  readonly stepSize?: number | undefined;
  /** By what share the radius changes at first, in (0, 1). Default: 0.05, the paper's γ₀. */
  readonly gamma?: number | undefined;
}

/** The radius changes by this share in the end. */
const LAST_GAMMA = 1e-4;
/** What the step size falls to, as a share of the first. */
const LAST_STEP = 0.01;

/**
 * Algorithm 1, untargeted, from the image itself. Deviations: the radius never exceeds what the box allows, and until
 * something is found it grows at least by γ a step, since the linear estimate knows nothing of the box and can stall.
 */
export class Fmn extends MinimumNormAttack {
  override readonly name: string;
  readonly stepSize: number;
  readonly gamma: number;

  /** @throws SaddlepointError ARGUMENT for an option that is out of its range. */
  constructor(options: FmnOptions) {
    super(options, options.steps ?? 100, NORMS);
    this.name = options.name ?? 'fmn';
    this.stepSize = requireNumber('stepSize', options.stepSize ?? 1, Number.MIN_VALUE);
    this.gamma = requireNumber('gamma', options.gamma ?? 0.05, Number.MIN_VALUE, 1);
  }

  protected override smallest(context: AttackContext): Closest {
    const { images } = context;
    let state: State = {
      current: images.clone(),
      radius: ops.zeros([images.size(0)], { dtype: 'float32', device: images.device }),
      closest: nothingYet(images),
    };
    for (let step = 0; step < this.steps; step += 1) {
      const gamma = cosine([this.gamma, LAST_GAMMA], step, this.steps);
      const size = cosine([this.stepSize, this.stepSize * LAST_STEP], step, this.steps);
      state = advance(state, ({ current, radius, closest }) => {
        const { value, gradient: seen, success } = context.queryWithGradient(current);
        const gradient = orRandom(context, seen);
        const best = closer(this.norm, images, closest, current, success);
        const next = this.#radius({ current, radius, closest: best }, { images, value, gradient, success }, gamma);
        const moved = current.sub(images).add(l2.steepestAscent(gradient), { alpha: size });
        const projected = projectWithin(this.norm.name, moved, next);
        return { current: images.add(projected).clamp({ min: 0, max: 1 }), radius: next, closest: best };
      });
    }
    const { current, closest } = state;
    return closer(this.norm, images, closest, current, context.query(current).success);
  }

  /** Lines 5 to 10: inwards from an adversarial point; outwards otherwise, by a linear estimate until one is found. */
  #radius({ current, radius, closest }: State, { images, value, gradient, success }: Look, gamma: number): Tensor {
    return tidy(() => {
      const found = closest.distance.isfinite();
      const best = closest.distance.to({ dtype: 'float32' });
      const size = this.norm.magnitude(current.sub(images));
      const [inwards, outwards, estimate] =
        this.norm.name === 'l0'
          ? [
              radius.sub(1).minimum(radius.mul(1 - gamma).floor()),
              radius.add(1).maximum(radius.mul(1 + gamma).floor()),
              // A linear estimate says nothing of a count.
              size.add(1),
            ]
          : [
              radius.mul(1 - gamma),
              radius.mul(1 + gamma),
              size.add(value.abs().div(dualOf(this.norm.name)(gradient).clamp({ min: TINY }))),
            ];
      // At a tie of logits the boundary is no distance away, and a radius of nothing would not grow.
      const estimated = estimate.maximum(outwards).clamp({ min: leastStep(this.norm.name, images) });
      const outside = ops.where(found, outwards, estimated);
      const [, ...shape] = images.shape;
      const most = this.norm.diameter(shape);
      return ops.where(success, inwards.minimum(best), outside).clamp({ min: 0, max: most });
    });
  }
}

interface State {
  readonly current: Tensor;
  /** float32 [N]: of the ball the next candidate is projected to. */
  readonly radius: Tensor;
  readonly closest: Closest;
}

interface Look {
  readonly images: Tensor;
  readonly value: Tensor;
  readonly gradient: Tensor;
  readonly success: Tensor;
}

export const fmnAttack = defineAttack({
  label: 'FMN',
  about: 'the fast minimum-norm attack (Pintor et al., 2021)',
  norms: NORMS,
  steps: 100,
  options: {
    stepSize: OPTIONS.stepSize,
    gamma: z.number().gt(0).lt(1).optional(),
  },
  create: (options) => new Fmn(options),
});
