/**
 * DeepFool (Moosavi-Dezfooli, Fawzi and Frossard, CVPR 2016): takes the network as linear, steps onto the nearest
 * decision boundary, and repeats until the class changes.
 *
 * @module
 */
import { z } from 'zod';
import { advance, ops, requireNumber, tidy, type Tensor } from '../../engine/index.js';
import { defineAttack } from '../definition.js';
import { perExample, TINY } from '../norms/shared.js';
import type { AttackContext } from '../attack-context.js';
import { dualOf, nearestBoundary, offTies, type Boundary } from './boundary.js';
import { closer, nothingYet, type Closest } from './closest.js';
import { MinimumNormAttack, type MinimumNormOptions } from './minimum-norm.js';

/** Those it is defined for. */
const NORMS = ['l2', 'linf'] as const;

export interface DeepFoolOptions extends MinimumNormOptions {
  /** L2 or L-infinity. */
  readonly norm: MinimumNormOptions['norm'];
  /** How far beyond the boundary the result lies, as a share of the perturbation. Default: 0.02, the paper's. */
  readonly overshoot?: number | undefined;
}

/** After how many steps the search looks whether anyone is left; a look waits for the device. */
const LOOK_EVERY = 5;

/**
 * Algorithm 2, with the steps of its section 3.4 for other norms. Deviations: candidates are clipped to the box, and
 * the class is checked with the overshoot, so that a step that just reaches the boundary ends the search.
 */
export class DeepFool extends MinimumNormAttack {
  override readonly name: string;
  readonly overshoot: number;

  /** @throws SaddlepointError ARGUMENT for an option that is out of its range. */
  constructor(options: DeepFoolOptions) {
    super(options, options.steps ?? 50, NORMS);
    this.name = options.name ?? 'deepfool';
    this.overshoot = requireNumber('overshoot', options.overshoot ?? 0.02, 0);
  }

  protected override smallest(context: AttackContext): Closest {
    const { images } = context;
    const dual = dualOf(this.norm.name);
    let state: State = { current: images.clone(), total: ops.zerosLike(images), closest: nothingYet(images) };
    for (let step = 0; step < this.steps; step += 1) {
      if (step > 0 && step % LOOK_EVERY === 0 && everyoneFound(state.closest)) break;
      state = advance(state, ({ current, total, closest }) => {
        const next = total.add(
          this.#ontoBoundary(offTies(context, this.norm.name, nearestBoundary(context, current, dual))),
        );
        const candidate = images.add(next.mul(1 + this.overshoot)).clamp({ min: 0, max: 1 });
        const { success } = context.query(candidate);
        // The first adversarial image is the result; whoever has one ignores the steps that follow.
        const first = success.logicalAnd(closest.distance.isfinite().logicalNot());
        return { current: candidate, total: next, closest: closer(this.norm, images, closest, candidate, first) };
      });
    }
    return state.closest;
  }

  /** The smallest step onto a hyperplane: |value| / |w|₂² w, and |value| / |w|₁ sign(w) for L-infinity. */
  #ontoBoundary({ value, normal }: Boundary): Tensor {
    return tidy(() => {
      const length = value.abs().div(dualOf(this.norm.name)(normal).clamp({ min: TINY }));
      return this.norm.steepestAscent(normal).mul(perExample(length, normal));
    });
  }
}

interface State {
  readonly current: Tensor;
  readonly total: Tensor;
  readonly closest: Closest;
}

function everyoneFound({ distance }: Closest): boolean {
  return tidy(() => distance.isfinite().all().item() !== 0);
}

export const deepfoolAttack = defineAttack({
  label: 'DeepFool',
  about: 'steps onto the nearest linearised boundary (Moosavi-Dezfooli et al., 2016)',
  norms: NORMS,
  steps: 50,
  endsEarly: true,
  options: {
    overshoot: z.number().min(0).optional(),
  },
  create: (options) => new DeepFool(options),
});
