/**
 * N-FGSM (de Jorge et al., "Make Some Noise: Reliable and Efficient Single-Step Adversarial Training", NeurIPS 2022,
 * section 4): noise that is larger than the budget, and one step of the sign of the gradient from there, which is not
 * projected back. For training: a single step that does not lead to catastrophic overfitting where FGSM does.
 *
 * Deviation: in an evaluation, whose attacks obey their budget, the result is projected. In training it lies within
 * `noise` times epsilon and the step.
 *
 * @module
 */
import { z } from 'zod';
import { requireInteger, requireNumber, SaddlepointError } from '../engine/index.js';
import type { AttackContext } from './attack-context.js';
import { Attack, type SearchResult } from './attack.js';
import { defineAttack, OPTIONS } from './definition.js';
import { crossEntropyObjective, type Objective } from './objectives/index.js';
import { box } from './projections.js';
import type { ThreatModel } from './threat-models/threat-model.js';

export interface NFgsmOptions {
  /** The maximum norm. */
  readonly norm: ThreatModel;
  /** For images in [0, 1]. */
  readonly epsilon: number;
  /** There is one. */
  readonly steps?: number | undefined;
  /** The paper's α. Default: epsilon. */
  readonly stepSize?: number | undefined;
  /** The largest noise, as a multiple of epsilon: the paper's k. Default: 2. */
  readonly noise?: number | undefined;
  /** Default: cross-entropy. */
  readonly objective?: Objective | undefined;
}

export class NFgsm extends Attack {
  override readonly name = 'n-fgsm';
  readonly stepSize: number;
  readonly noise: number;

  /** @throws SaddlepointError ARGUMENT for another norm, or an option out of its range */
  constructor(options: NFgsmOptions) {
    super(options.norm, options.epsilon, options.objective ?? crossEntropyObjective);
    if (options.norm.name !== 'linf')
      throw new SaddlepointError('ARGUMENT', `expected the norm linf for n-fgsm, received ${options.norm.name}`);
    requireInteger('steps of n-fgsm', options.steps ?? 1, 1, 1);
    this.stepSize = requireNumber('stepSize', options.stepSize ?? options.epsilon, 0);
    this.noise = requireNumber('noise', options.noise ?? 2, 0);
  }

  protected override search(context: AttackContext): SearchResult {
    const { images, randomness } = context;
    const { stream, indices } = randomness;
    const [most, shape] = [this.noise * this.epsilon, images.shape.slice(1)];
    const noise = stream
      .uniform(indices, shape, images.device)
      .mul(2 * most)
      .sub(most);
    const noisy = box(images, images.add(noise));
    const gradient = context.gradient(noisy);
    return { images: box(images, noisy.add(gradient.sign(), { alpha: this.stepSize })) };
  }
}

export const nFgsmAttack = defineAttack({
  label: 'N-FGSM',
  about: 'noise beyond the budget and one step, for training (de Jorge et al., 2022)',
  norms: ['linf'],
  steps: 1,
  options: {
    stepSize: OPTIONS.stepSize,
    noise: z.number().min(0).optional(),
    objective: OPTIONS.objective,
    target: OPTIONS.target,
  },
  create: (options) => new NFgsm(options),
});
