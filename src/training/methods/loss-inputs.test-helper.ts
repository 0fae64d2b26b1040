/**
 * What a training step gives a method, made up for the tests of one.
 *
 * @module
 */
import { linf, attackOf } from '../../attacks/index.js';
import { ops, RandomStream, type Tensor } from '../../engine/index.js';
import { Identity } from '../../nn/index.js';
import type { LossInputs } from './method.js';

/** Of these images and what the network answers: all of it as in the first step, but what `own` says. */
export function lossInputs(
  images: Tensor,
  adversarial: Tensor,
  labels: Tensor,
  answer: (part: Tensor, index: number) => Tensor,
  own: Partial<LossInputs> = {},
): LossInputs {
  return {
    images,
    adversarial,
    labels,
    labelSmoothing: 0,
    budgetShare: () => ops.ones([adversarial.size(0)]),
    attackNoise: () => adversarial,
    attack: attackOf({ name: 'pgd', norm: linf.name, epsilon: 0.1, steps: 1 }),
    randomness: { stream: new RandomStream(1, 'test'), indices: ops.arange(images.size(0), { dtype: 'int64' }) },
    model: new Identity(),
    progress: 0,
    average: undefined,
    forward: (...parts) => parts.map(answer),
    ...own,
  };
}
