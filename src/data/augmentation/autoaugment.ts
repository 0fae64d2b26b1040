/**
 * AutoAugment: each image is changed by one of the policy's 25 pairs of operations.
 *
 * The images go through in whole grey levels, as they came from their file. All images that drew the same operation
 * are changed by it at once, on their device; which ones these are is decided on the CPU, where the numbers are drawn.
 *
 * @module
 */
import { z } from 'zod';
import { tidy, type RandomStream, type Tensor } from '../../engine/index.js';
import { defineAugmentation } from './augmentation.js';
import { fillLevels, fillOption } from './fill.js';
import { addTo, applyGroups, requireColours, type Groups } from './operations/groups.js';
import { amountOf, CIFAR10_POLICY } from './policy.js';

/** Both steps of a batch. */
type Plan = readonly [Groups, Groups];

const DRAWS = 5;

/**
 * Draws five numbers for each image: the pair, then for each of its two operations whether it is applied (below
 * the probability) and the sign (negative below ½; drawn also where the operation has none).
 */
export const autoaugment = defineAugmentation({
  options: z.strictObject({ fill: fillOption }),
  create:
    ({ fill }) =>
    (images, stream, indices) =>
      tidy(() => {
        const colour = fillLevels(fill, requireColours('autoaugment', images));
        const levels = images.mul(255).round();
        for (const groups of drawPlan(stream, indices)) applyGroups(levels, groups, colour);
        return levels.div(255);
      }),
});

function drawPlan(stream: RandomStream, indices: Tensor): Plan {
  using draws = stream.uniform(indices, [DRAWS]);
  const numbers = draws.toTypedArray() as Float32Array;
  const plan: Plan = [new Map(), new Map()];
  for (let row = 0; row < numbers.length / DRAWS; row += 1) {
    const [pair = 0, ...rest] = numbers.subarray(row * DRAWS, (row + 1) * DRAWS);
    for (const [step, [operation, probability, strength]] of CIFAR10_POLICY[
      Math.floor(pair * CIFAR10_POLICY.length)
    ]!.entries()) {
      if (!(rest[2 * step]! < probability)) continue;
      addTo(plan[step as 0 | 1], operation, row, amountOf(operation, strength, rest[2 * step + 1]! < 0.5 ? -1 : 1));
    }
  }
  return plan;
}
