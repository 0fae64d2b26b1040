/**
 * Gradient alignment: a loss with a gradient in it, whose own gradient trains the network.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import { readGolden, unpack } from '../../../test/support/golden.js';
import '../../../test/support/matchers.js';
import type { PackedTensor } from '../../../test/support/matchers.js';
import type { Attack, ThreatModel } from '../../attacks/index.js';
import { grad, ops, tidy, type Tensor } from '../../engine/index.js';
import { gradAlign } from './grad-align.js';
import { lossInputs } from './loss-inputs.test-helper.js';

interface Case {
  readonly inputs: readonly PackedTensor[];
  readonly options: { readonly lambda: number };
  readonly outputs: readonly PackedTensor[];
  readonly cotangents: readonly PackedTensor[];
  readonly gradients: readonly PackedTensor[];
  readonly tolerance: number;
}
type Six = [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor];

leavesNothingAlive();

/** Whose random perturbation is this one. */
const drawing = (noise: Tensor) => {
  const norm: Partial<ThreatModel> = { uniform: () => noise.clone() };
  return { norm, epsilon: 0.3 } as unknown as Attack;
};
const network = (images: Tensor, kernel: Tensor, weight: Tensor) =>
  ops.linear(
    ops
      .conv2d(images, kernel, null, { padding: [1, 1] })
      .tanh()
      .flatten(1),
    weight,
  );

test.each(readGolden<Case>('grad-align').cases)("the authors' loss and its gradient, $options", (golden) => {
  tidy(() => {
    const [images, adversarial, noise, labels, kernel, weight] = golden.inputs.map(unpack) as Six;
    for (const parameter of [kernel, weight]) parameter.requiresGrad = true;
    const answer = (part: Tensor) => network(part, kernel, weight);
    const inputs = lossInputs(images, adversarial, labels, answer, { attack: drawing(noise) });
    const { loss } = gradAlign.create(golden.options).loss(inputs);
    expect(loss).toBeAllclose(unpack(golden.outputs[0]!), golden.tolerance);
    const gradients = grad(loss.mul(unpack(golden.cotangents[0]!)), [kernel, weight]);
    for (const [i, gradient] of gradients.entries())
      expect(gradient).toBeAllclose(unpack(golden.gradients[4 + i]!), golden.tolerance);
  });
});

test('images where a gradient is zero have no direction, and no part in the loss', () => {
  tidy(() => {
    const labels = ops.zeros([2], { dtype: 'int64' });
    const images = ops.cat([ops.zeros([1, 1, 2, 2]), ops.ones([1, 1, 2, 2])]);
    const weight = ops.ones([2, 4]);
    weight.requiresGrad = true;
    // The first image is answered with the same logits wherever it is moved.
    const answer = (part: Tensor) => {
      const moved = part.flatten(1).mul(images.flatten(1)).square();
      return ops.linear(moved, weight.mul(ops.arange(8, { dtype: 'float32' }).reshape([2, 4])));
    };
    const inputs = lossInputs(images, images, labels, answer, { attack: drawing(ops.full([2, 1, 2, 2], 0.1)) });
    const { loss } = gradAlign.create({ lambda: 2 }).loss(inputs);
    expect(Number.isFinite(loss.item())).toBe(true);
    const [gradient] = grad(loss, [weight]) as [Tensor];
    expect(gradient.toNumbers().every(Number.isFinite)).toBe(true);
    expect(gradient.abs().sum().item()).toBeGreaterThan(0);
  });
});
