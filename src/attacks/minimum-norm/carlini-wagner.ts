/**
 * Carlini and Wagner's L2 attack ("Towards Evaluating the Robustness of Neural Networks", S&P 2017, sections V and
 * VI-A).
 *
 * Minimises |x - x₀|² + c · max(z_true - max z_wrong, -κ) over w with x = (tanh(w) + 1) / 2, by Adam; an outer binary
 * search finds, an example at a time, the smallest c that succeeds. Untargeted.
 *
 * @module
 */
import { z } from 'zod';
import { advance, ops, requireInteger, requireNumber, type Tensor } from '../../engine/index.js';
import { defineAttack, OPTIONS } from '../definition.js';
import { misclassified } from '../../nn/index.js';
import { perExample } from '../norms/shared.js';
import { marginObjective } from '../objectives/index.js';
import type { AttackContext } from '../attack-context.js';
import { closer, nothingYet, type Closest } from './closest.js';
import { differentiate } from './differentiate.js';
import { MinimumNormAttack, type MinimumNormOptions } from './minimum-norm.js';

/** Those it is defined for. */
const NORMS = ['l2'] as const;

export interface CarliniWagnerOptions extends MinimumNormOptions {
  /** Adam's. Default: 0.01. */
  readonly stepSize?: number | undefined;
  /** How often c is adapted. Default: 9. */
  readonly searchSteps?: number | undefined;
  /** The first c. Default: 0.001. */
  readonly initialConstant?: number | undefined;
  /** By how much the wrong logit is to lead: the paper's κ. Default: 0. */
  readonly confidence?: number | undefined;
}

/** Adam's decay rates, and what keeps its division finite (Kingma and Ba, ICLR 2015). */
const [BETA1, BETA2, EPSILON] = [0.9, 0.999, 1e-8];
/** Pixels at the edge of the box are moved inside by this share, since atanh is infinite there. */
const INSIDE = 1 - 1e-6;
/** While nothing has succeeded, c grows by this factor. */
const GROWTH = 10;

/** Deviation from the authors' code: no early abort, so that every example does the same whatever its batch. */
export class CarliniWagner extends MinimumNormAttack {
  override readonly name: string;
  readonly stepSize: number;
  readonly searchSteps: number;
  readonly initialConstant: number;
  readonly confidence: number;

  /** @throws SaddlepointError ARGUMENT for an option that is out of its range. */
  constructor(options: CarliniWagnerOptions) {
    super(options, options.steps ?? 1000, NORMS);
    this.name = options.name ?? 'cw';
    this.stepSize = requireNumber('stepSize', options.stepSize ?? 0.01, Number.MIN_VALUE);
    this.searchSteps = requireInteger('searchSteps', options.searchSteps ?? 9, 1);
    this.initialConstant = requireNumber('initialConstant', options.initialConstant ?? 1e-3, Number.MIN_VALUE);
    this.confidence = requireNumber('confidence', options.confidence ?? 0, 0);
  }

  protected override smallest(context: AttackContext): Closest {
    const { images } = context;
    const each = (value: number) => ops.full([images.size(0)], value, { dtype: 'float32', device: images.device });
    let search: Search = {
      constant: each(this.initialConstant),
      lower: each(0),
      upper: each(Infinity),
      closest: nothingYet(images),
    };
    for (let turn = 0; turn < this.searchSteps; turn += 1) {
      search = advance(search, ({ constant, lower, upper, closest }) => {
        const { succeeded, closest: best } = this.#minimise(context, constant, closest);
        const above = ops.where(succeeded, constant.minimum(upper), upper);
        const below = ops.where(succeeded, lower, constant.maximum(lower));
        const next = ops.where(above.isfinite(), below.add(above).div(2), constant.mul(GROWTH));
        return { constant: next, lower: below, upper: above, closest: best };
      });
    }
    return search.closest;
  }

  /** One run of Adam with a c for each example, from the images. */
  #minimise(context: AttackContext, constant: Tensor, closest: Closest): { succeeded: Tensor; closest: Closest } {
    const { images, labels } = context;
    const free = images.mul(2).sub(1).mul(INSIDE).atanh();
    let state: Descent = {
      free,
      mean: ops.zerosLike(free),
      square: ops.zerosLike(free),
      succeeded: labels.ne(labels),
      closest: { images: closest.images.clone(), distance: closest.distance.clone() },
    };
    for (let step = 1; step <= this.steps; step += 1) {
      state = advance(state, ({ free, mean, square, succeeded, closest }) => {
        const shape = free.tanh();
        const current = shape.add(1).div(2).clamp({ min: 0, max: 1 });
        const { lead, gradient, success } = differentiate(context, current, ({ logits, gradientOf }) => ({
          lead: marginObjective.value(logits, labels),
          gradient: gradientOf((all) => marginObjective.value(all, labels)),
          success: misclassified(logits, labels),
        }));
        const convincing = this.confidence === 0 ? success : success.logicalAnd(lead.ge(this.confidence));
        // Beyond κ the second term is flat.
        const weight = constant.mul(lead.lt(this.confidence).logicalOr(success.logicalNot()));
        const byImage = current
          .sub(images)
          .mul(2)
          .sub(gradient.mul(perExample(weight, images)));
        // dx/dw = (1 - tanh²) / 2
        const slope = byImage.mul(shape.square().neg().add(1)).div(2);
        const nextMean = mean.mul(BETA1).add(slope, { alpha: 1 - BETA1 });
        const nextSquare = square.mul(BETA2).addcmul(slope, slope, { value: 1 - BETA2 });
        const scale = nextSquare
          .div(1 - BETA2 ** step)
          .sqrt()
          .add(EPSILON);
        return {
          free: free.sub(nextMean.div(scale), { alpha: this.stepSize / (1 - BETA1 ** step) }),
          mean: nextMean,
          square: nextSquare,
          succeeded: succeeded.logicalOr(convincing),
          closest: closer(this.norm, images, closest, current, convincing),
        };
      });
    }
    return { succeeded: state.succeeded, closest: state.closest };
  }
}

interface Search {
  /** float32 [N] each: c and the bounds of its binary search. */
  readonly constant: Tensor;
  readonly lower: Tensor;
  readonly upper: Tensor;
  readonly closest: Closest;
}

interface Descent {
  readonly free: Tensor;
  readonly mean: Tensor;
  readonly square: Tensor;
  /** bool [N]: whether any iterate was adversarial. */
  readonly succeeded: Tensor;
  readonly closest: Closest;
}

export const cwAttack = defineAttack({
  label: 'C&W',
  about: 'the smallest L2 change by Adam (Carlini and Wagner, 2017)',
  norms: NORMS,
  steps: 1000,
  options: {
    stepSize: OPTIONS.stepSize,
    searchSteps: z.int().min(1).optional(),
    initialConstant: z.number().positive().optional(),
    confidence: z.number().min(0).optional(),
  },
  create: (options) => new CarliniWagner(options),
});
