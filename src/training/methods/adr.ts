/**
 * Annealing self-distillation rectification (Wu, Wang and Chen, "Annealing Self-Distillation Rectification Improves
 * Adversarial Training", ICLR 2024, equations 4 and 5): the labels of adversarial training are mixed with what the
 * running average of the network's weights says of the image as it is. Its answer is softened by a temperature that
 * falls and weighs more and more as the training goes on, and less where it is wrong:
 *
 *     λ_x = clip(λ − (max p − p_y), 0, 1),   target = λ_x p + (1 − λ_x) y
 *
 * Temperature and λ follow half a cosine from their first value to their last. Needs `training.weightAverage`.
 *
 * Deviations: the attack maximises the cross-entropy of the true class, not of the mixed target. The paper has no
 * labels that are distributions, as MixUp and CutMix make them; here they take the place of y, and p_y is of the class
 * with the largest share.
 *
 * @module
 */
import { z } from 'zod';
import { noGrad, tidy, type Tensor } from '../../engine/index.js';
import { classLogits, crossEntropy, largestClass } from '../../nn/index.js';
import { defineMethod } from './method.js';
import { smoothedLabels } from './soft-labels.js';

const between = (schema: z.ZodNumber, first: number, last: number) => z.tuple([schema, schema]).default([first, last]);

export const adr = defineMethod({
  attacks: true,
  softLabels: true,
  averages: true,
  options: {
    /** What the average's logits are divided by, at the beginning and at the end. */
    temperature: between(z.number().positive(), 2, 1),
    /** The largest weight of the average's answer, at the beginning and at the end. */
    interpolation: between(z.number().min(0).max(1), 0.7, 0.95),
  },
  create: ({ temperature, interpolation }) => ({
    attacked: (images) => images,
    loss({ images, adversarial, labels, labelSmoothing, progress, average, forward }) {
      const [logits] = forward(adversarial) as [Tensor];
      const said = classLogits(logits);
      const target = tidy(() =>
        noGrad(() => {
          const answer = classLogits(average!.forward(images)).div(cosine(temperature, progress)).softmax(1);
          const weight = trust(answer, labels, cosine(interpolation, progress)).unsqueeze(1);
          const truth = smoothedLabels(labels, said.size(1), labelSmoothing);
          return answer.mul(weight).add(truth.mul(weight.neg().add(1)));
        }),
      );
      return { loss: crossEntropy(said, target), adversarial: logits };
    },
  }),
});

/** λ_x, [N]: the most that the average may weigh, less what it takes another class for more likely by. */
function trust(answer: Tensor, labels: Tensor, most: number): Tensor {
  const truth = answer.gather(1, largestClass(labels).unsqueeze(1)).squeeze(1);
  return truth
    .sub(answer.amax({ dim: 1 }))
    .add(most)
    .clamp({ min: 0, max: 1 });
}

/** From the first value to the last along half a cosine. */
function cosine([first, last]: readonly [number, number], progress: number): number {
  return last + ((first - last) * (1 + Math.cos(Math.PI * progress))) / 2;
}
