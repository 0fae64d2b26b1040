/**
 * MI-FGSM: sign steps along an accumulated gradient, whose examples fool other networks, too (Dong et al., "Boosting
 * Adversarial Attacks with Momentum", CVPR 2018, algorithm 1); with `diversity` DI-FGSM (Xie et al., CVPR 2019), with
 * `kernel` TI-FGSM (Dong et al., CVPR 2019), with both the combination of the latter.
 *
 * Deviation: an attack on a batch that obeys its budget to the last bit, as all of ours; the steps are the paper's.
 *
 * @module
 */
import { z } from 'zod';
import {
  advance,
  ops,
  requireInteger,
  requireNumber,
  SaddlepointError,
  tidy,
  type Tensor,
} from '../../engine/index.js';
import type { AttackContext } from '../attack-context.js';
import { Attack, type SearchResult } from '../attack.js';
import { defineAttack, OPTIONS } from '../definition.js';
import { l1 } from '../norms/index.js';
import { divideSafely, rescaled } from '../norms/shared.js';
import { crossEntropyObjective, type Objective } from '../objectives/index.js';
import type { ThreatModel } from '../threat-models/threat-model.js';
import { gradientOfDiversified } from './input-diversity.js';
import { smoothGradient } from './smooth-gradient.js';

export interface MiFgsmOptions {
  /** The maximum norm. */
  readonly norm: ThreatModel;
  /** For images in [0, 1]. */
  readonly epsilon: number;
  /** Gradient steps, the paper's T. Default: 10. */
  readonly steps?: number | undefined;
  /** The paper's α. Default: epsilon / steps. */
  readonly stepSize?: number | undefined;
  /** What share of the accumulated gradient a step keeps, the paper's µ. Default: 1. */
  readonly momentum?: number | undefined;
  /** With what probability an image is resized and padded before a step. Default: 0; the paper's of DI-FGSM is 0.5. */
  readonly diversity?: number | undefined;
  /** Side of the Gaussian kernel in pixels, odd. Default: 1, no smoothing; the paper's for 299 pixels is 15. */
  readonly kernel?: number | undefined;
  /** Default: cross-entropy. */
  readonly objective?: Objective | undefined;
}

/**
 * MI-FGSM: sign steps along an accumulated gradient, within `epsilon` in linf, for examples that transfer (Dong et
 * al., CVPR 2018).
 */
export class MiFgsm extends Attack {
  override readonly name = 'mi-fgsm';
  readonly steps: number;
  readonly stepSize: number;
  readonly momentum: number;
  readonly diversity: number;
  readonly kernel: number;

  /** @throws SaddlepointError ARGUMENT for another norm, or an option out of its range */
  constructor(options: MiFgsmOptions) {
    super(options.norm, options.epsilon, options.objective ?? crossEntropyObjective);
    if (options.norm.name !== 'linf')
      throw new SaddlepointError('ARGUMENT', `expected the norm linf for mi-fgsm, received ${options.norm.name}`);
    this.steps = requireInteger('steps', options.steps ?? 10, 1);
    this.stepSize = requireNumber('stepSize', options.stepSize ?? options.epsilon / this.steps, 0);
    this.momentum = requireNumber('momentum', options.momentum ?? 1, 0);
    this.diversity = requireNumber('diversity', options.diversity ?? 0, 0, 1);
    this.kernel = requireInteger('kernel', options.kernel ?? 1, 1);
    if (this.kernel % 2 === 0)
      throw new SaddlepointError(
        'ARGUMENT',
        `expected an odd kernel, whose middle is a pixel, received ${this.kernel}`,
      );
  }

  protected override search(context: AttackContext): SearchResult {
    const { images } = context;
    let state = { current: images.clone(), velocity: ops.zerosLike(images) };
    for (let step = 0; step < this.steps; step += 1) {
      state = advance(state, ({ current, velocity }) => {
        const accumulated = velocity.mul(this.momentum).add(this.#gradient(context, current, step));
        const next = current.add(accumulated.sign(), { alpha: this.stepSize });
        return { current: this.project(images, next), velocity: accumulated };
      });
    }
    return { images: state.current };
  }

  /** Of length 1 in L1. */
  #gradient(context: AttackContext, current: Tensor, step: number): Tensor {
    return tidy(() => {
      const stream = context.randomness.stream.derive('diversity', step);
      const gradient =
        this.diversity > 0
          ? gradientOfDiversified(context, current, stream, this.diversity)
          : context.gradient(current);
      const smooth = rescaled(this.kernel > 1 ? smoothGradient(gradient, this.kernel) : gradient);
      return divideSafely(smooth, l1.magnitude(smooth));
    });
  }
}

export const miFgsmAttack = defineAttack({
  label: 'MI-FGSM',
  about: 'momentum, input diversity and smoothed gradients, to fool other networks (Dong et al., 2018)',
  norms: ['linf'],
  steps: 10,
  options: {
    stepSize: OPTIONS.stepSize,
    momentum: z.number().min(0).optional(),
    diversity: z.number().min(0).max(1).optional(),
    kernel: z.int().min(1).optional(),
    objective: OPTIONS.objective,
    target: OPTIONS.target,
  },
  create: (options) => new MiFgsm(options),
});
