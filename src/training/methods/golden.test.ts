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
import { grad, ops, tidy, type Tensor } from '../../engine/index.js';
import { Module } from '../../nn/index.js';
import { METHODS } from './index.js';
import { lossInputs } from './loss-inputs.test-helper.js';

interface Case {
  readonly call: string;
  /** Logits of images and adversarial images, labels, and what else the method looks at. */
  readonly inputs: readonly PackedTensor[];
  /** Of the method, and how far the training is. */
  readonly options: Readonly<Record<string, unknown>> & { readonly progress?: number };
  readonly outputs: readonly PackedTensor[];
  readonly cotangents: readonly PackedTensor[];
  readonly gradients: readonly (PackedTensor | null)[];
  readonly tolerance: number;
}

leavesNothingAlive();

test.each(readGolden<Case>('methods').cases)('$call with $options', (golden) => {
  tidy(() => {
    const [clean, adversarial, labels, farther, said] = golden.inputs.map(unpack) as [
      Tensor,
      Tensor,
      Tensor,
      Tensor?,
      Tensor?,
    ];
    // The network answers with the logits that the file has, of images by their value.
    const answers = [clean, adversarial, farther];
    for (const logits of answers) if (logits !== undefined) logits.requiresGrad = true;
    const [images, attacked] = [ops.zeros([6, 1, 1, 1]), ops.ones([6, 1, 1, 1])];
    const answer = (part: Tensor) => answers[part === images ? 0 : part === attacked ? 1 : 2]!;
    const other = answering(said);
    const { progress = 0, ...options } = golden.options;
    const method = METHODS.get(golden.call).create(options, { loadNetwork: () => other });
    const { loss } = method.loss(lossInputs(images, attacked, labels, answer, { progress, average: other }));
    expect(loss).toBeAllclose(unpack(golden.outputs[0]!), golden.tolerance);
    const cotangent = unpack(golden.cotangents[0]!);
    const inputs = [clean, adversarial, undefined, farther];
    // What the loss does not depend on has no gradient here, and zeros in the file.
    const asked = golden.gradients.flatMap((expected, i) =>
      inputs[i] !== undefined && expected?.data.some((value) => value !== 0) ? [{ logits: inputs[i], expected }] : [],
    );
    const gradients = grad(
      loss.mul(cotangent),
      asked.map(({ logits }) => logits),
    );
    for (const [i, gradient] of gradients.entries())
      expect(gradient).toBeAllclose(unpack(asked[i]!.expected), golden.tolerance);
    expect(gradients.length).toBeGreaterThan(0);
  });
});

/** Another network, which answers this. */
function answering(logits: Tensor | undefined): Module {
  return new (class extends Module {
    override forward(): Tensor {
      return logits!.clone();
    }
  })();
}
