/**
 * Decoupled direction and norm (Rony, Hafemann, Oliveira, Ben Ayed, Sabourin and Granger, CVPR 2019): the direction
 * follows the cross-entropy's gradient; the length shrinks while the image is adversarial and grows while it is not.
 *
 * @module
 */
import { z } from 'zod';
import { advance, ops, requireNumber, type Tensor } from '../../engine/index.js';
import { defineAttack } from '../definition.js';
import { l2 } from '../norms/index.js';
import { perExample } from '../norms/shared.js';
import { crossEntropyObjective } from '../objectives/index.js';
import type { AttackContext } from '../attack-context.js';
import { orRandom } from './boundary.js';
import { closer, nothingYet, type Closest } from './closest.js';
import { MinimumNormAttack, type MinimumNormOptions } from './minimum-norm.js';
import { cosine } from './schedule.js';

/** Those it is defined for. */
const NORMS = ['l2'] as const;

export interface DdnOptions extends MinimumNormOptions {
  /** The length of the first candidate. Default: 1, the paper's. */
  readonly initialNorm?: number | undefined;
  /** By what share the length changes each step, in (0, 1). Default: 0.05, the paper's γ. */
  readonly gamma?: number | undefined;
}

/** The step along the gradient falls from the first to the second by half a cosine. */
const STEP_SIZE = [1, 0.01] as const;

/**
 * Algorithm 1, for L2. Deviations: no quantisation to 256 levels, and each step starts from the clipped candidate
 * instead of the unclipped sum of steps.
 */
export class Ddn extends MinimumNormAttack {
  override readonly name: string;
  readonly initialNorm: number;
  readonly gamma: number;

  /** @throws SaddlepointError ARGUMENT for an option that is out of its range. */
  constructor(options: DdnOptions) {
    super(options, options.steps ?? 100, NORMS, crossEntropyObjective);
    this.name = options.name ?? 'ddn';
    this.initialNorm = requireNumber('initialNorm', options.initialNorm ?? 1, Number.MIN_VALUE);
    this.gamma = requireNumber('gamma', options.gamma ?? 0.05, Number.MIN_VALUE, 1);
  }

  protected override smallest(context: AttackContext): Closest {
    const { images } = context;
    // The first look is at the image itself, which is not adversarial: the length grows once before it is used.
    const length = ops.full([images.size(0)], this.initialNorm, { dtype: 'float32', device: images.device });
    let state: State = { current: images.clone(), length, closest: nothingYet(images) };
    for (let step = 0; step < this.steps; step += 1) {
      state = advance(state, ({ current, length, closest }) => {
        const { gradient, success } = context.queryWithGradient(current);
        const size = cosine(STEP_SIZE, step, this.steps);
        const direction = current.sub(images).add(l2.steepestAscent(orRandom(context, gradient)), { alpha: size });
        const next = length.mul(
          ops.where(success, length.mul(0).add(1 - this.gamma), length.mul(0).add(1 + this.gamma)),
        );
        const onSphere = l2.onSphere(direction, 1).mul(perExample(next, images));
        return {
          current: images.add(onSphere).clamp({ min: 0, max: 1 }),
          length: next,
          closest: closer(this.norm, images, closest, current, success),
        };
      });
    }
    const { current, closest } = state;
    return closer(this.norm, images, closest, current, context.query(current).success);
  }
}

interface State {
  readonly current: Tensor;
  /** float32 [N]: the size of the next candidate's perturbation. */
  readonly length: Tensor;
  readonly closest: Closest;
}

export const ddnAttack = defineAttack({
  label: 'DDN',
  about: 'decoupled direction and norm (Rony et al., 2019)',
  norms: NORMS,
  steps: 100,
  options: {
    initialNorm: z.number().positive().optional(),
    gamma: z.number().gt(0).lt(1).optional(),
  },
  create: (options) => new Ddn(options),
});
