/**
 * Several updates on one batch, whose images move by the gradients that the updates have anyway.
 *
 * @module
 */
import { advance, noGrad, tidy, type Tensor } from '../engine/index.js';
import { ball, box, INITIALIZATIONS, sequence, type Attack, type AttackRandomness } from '../attacks/index.js';
import type { StepMetrics } from './step-metrics.js';

/**
 * Updates as often as asked: the perturbation begins at a random point of the attack's ball, and after every update
 * takes a step of length epsilon along the gradient that the update left at the images (Shafahi et al., "Adversarial
 * Training for Free!", NeurIPS 2019, algorithm 1, lines 8 to 12). Leaves nothing alive.
 *
 * @param images float32 [N, C, H, W]
 * @param update given the images to train on, which want a gradient, and whether they are the last
 * @returns what the last update measured
 */
export function replay(
  images: Tensor,
  { norm, epsilon }: Pick<Attack, 'norm' | 'epsilon'>,
  { stream, indices }: AttackRandomness,
  times: number,
  update: (adversarial: Tensor, isLast: boolean) => StepMetrics,
): StepMetrics {
  const allowed = sequence(box, ball(norm, epsilon));
  let metrics: StepMetrics = {};
  let at = tidy(() => {
    const start = INITIALIZATIONS.uniform.perturbation(images, norm, epsilon, stream.derive('replay'), indices);
    return allowed(images, images.add(start));
  });
  for (let time = 0; time < times; time += 1) {
    at = advance(at, (present) => {
      const adversarial = present.detach();
      adversarial.requiresGrad = true;
      metrics = update(adversarial, time + 1 === times);
      return noGrad(() => {
        const direction = norm.steepestAscent(adversarial.grad!);
        return allowed(images, adversarial.add(direction, { alpha: epsilon }));
      });
    });
  }
  at.dispose();
  return metrics;
}
