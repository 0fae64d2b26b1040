/**
 * The methods' losses and their gradients, against their authors' formulas in PyTorch.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import { readGolden, unpack } from '../../../test/support/golden.js';
import '../../../test/support/matchers.js';
import type { PackedTensor } from '../../../test/support/matchers.js';
import { grad, ops, tidy } from '../../engine/index.js';
import { Identity } from '../../nn/index.js';
import { METHODS } from './index.js';

interface Case {
  readonly call: string;
  readonly inputs: readonly PackedTensor[];
  readonly options: Readonly<Record<string, number>>;
  readonly outputs: readonly PackedTensor[];
  readonly cotangents: readonly PackedTensor[];
  readonly gradients: readonly PackedTensor[];
  readonly tolerance: number;
}

leavesNothingAlive();

test.each(readGolden<Case>('methods').cases)('$call with $options', (golden) => {
  tidy(() => {
    const [clean, adversarial, labels] = golden.inputs.map(unpack);
    for (const logits of [clean!, adversarial!]) logits.requiresGrad = true;
    // The network answers with the logits that the file has: of images that are zeros, and of others that are ones.
    const images = ops.zeros([6, 1, 1, 1]);
    const attacked = ops.ones([6, 1, 1, 1]);
    const { loss } = METHODS.get(golden.call)
      .create(golden.options)
      .loss({
        images,
        adversarial: attacked,
        labels: labels!,
        labelSmoothing: 0,
        budgetShare: () => ops.ones([6]),
        model: new Identity(),
        progress: 0,
        forward: (...parts) => parts.map((part) => (part === images ? clean! : adversarial!)),
      });
    expect(loss).toBeAllclose(unpack(golden.outputs[0]!), golden.tolerance);
    const cotangent = unpack(golden.cotangents[0]!);
    const gradients = grad(loss.mul(cotangent), [clean!, adversarial!]);
    for (const [i, gradient] of gradients.entries()) {
      expect(gradient).toBeAllclose(unpack(golden.gradients[i]!), golden.tolerance);
    }
  });
});
