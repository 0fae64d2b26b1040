/**
 * AutoAugment: each image is changed by one of the policy's 25 pairs of operations.
 *
 * The images go through in whole grey levels, as they came from their file. All images that drew the same operation
 * are changed by it at once, on their device; which ones these are is decided on the CPU, where the numbers are drawn.
 *
 * @module
 */
import { z } from 'zod';
import { SaddlepointError, tensor, tidy, type RandomStream, type Tensor } from '../../engine/index.js';
import { defineAugmentation } from './augmentation.js';
import { fillLevels, fillOption } from './fill.js';
import { OPERATIONS, type OperationName } from './operations/index.js';
import { amountOf, CIFAR10_POLICY } from './policy.js';

/** The images that drew one operation, and how strong it is for each. */
interface Group {
  readonly rows: bigint[];
  readonly amounts: number[];
}

/** Both steps of a batch: for each, the operations that are applied, and to which images. */
type Plan = readonly [Map<OperationName, Group>, Map<OperationName, Group>];

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
        const channels = images.size(1);
        if (channels !== 1 && channels !== 3) {
          throw new SaddlepointError(
            'ARGUMENT',
            `autoaugment: expected images of 1 or 3 channels, received ${channels}`,
          );
        }
        const colour = fillLevels(fill, channels);
        const levels = images.mul(255).round();
        for (const groups of drawPlan(stream, indices)) {
          for (const [name, { rows, amounts }] of groups)
            applyTo(levels, rows, (part) => OPERATIONS[name](part, amounts, colour));
        }
        return levels.div(255);
      }),
});

function applyTo(levels: Tensor, rows: readonly bigint[], change: (part: Tensor) => Tensor): void {
  tidy(() => {
    const chosen = tensor(BigInt64Array.from(rows), { device: levels.device });
    levels.indexCopy_(0, chosen, change(levels.indexSelect(0, chosen)));
  });
}

function drawPlan(stream: RandomStream, indices: Tensor): Plan {
  using draws = stream.uniform(indices, [DRAWS]);
  const numbers = draws.toTypedArray() as Float32Array;
  const plan: Plan = [new Map<OperationName, Group>(), new Map<OperationName, Group>()];
  for (let row = 0; row < numbers.length / DRAWS; row += 1) {
    const [pair = 0, ...rest] = numbers.subarray(row * DRAWS, (row + 1) * DRAWS);
    for (const [step, [operation, probability, strength]] of CIFAR10_POLICY[
      Math.floor(pair * CIFAR10_POLICY.length)
    ]!.entries()) {
      if (!(rest[2 * step]! < probability)) continue;
      const groups = plan[step as 0 | 1];
      const group = groups.get(operation) ?? { rows: [], amounts: [] };
      group.rows.push(BigInt(row));
      group.amounts.push(amountOf(operation, strength, rest[2 * step + 1]! < 0.5 ? -1 : 1));
      groups.set(operation, group);
    }
  }
  return plan;
}
