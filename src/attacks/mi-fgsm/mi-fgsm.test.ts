/**
 * MI-FGSM gives the trajectories of scripts/golden/make_mi_fgsm.py, which was written from the papers in PyTorch, in
 * double precision.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { readGolden, unpack } from '../../../test/support/golden.js';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import '../../../test/support/matchers.js';
import type { PackedTensor } from '../../../test/support/matchers.js';
import { grad, ops, RandomStream, tidy, type Tensor } from '../../engine/index.js';
import { Module } from '../../nn/index.js';
import { createAttack, linf, MiFgsm } from '../index.js';
import { int64, Recorder, toyBatch, toyNetwork } from '../toy.test-helper.js';
import { diversify, gaussianKernel } from './index.js';

leavesNothingAlive();

interface AttackCase {
  readonly call: 'attack';
  readonly options: { readonly epsilon: number; readonly steps: number; readonly momentum: number; kernel: number };
  readonly iterates: readonly PackedTensor[];
}
type DiversityCase = { readonly call: 'diversify'; readonly probability: number } & Readonly<
  Record<'draws' | 'output' | 'cotangents' | 'gradient', PackedTensor>
>;
type NetworkCase = Readonly<Record<'kernel' | 'bias' | 'weight' | 'offset' | 'images' | 'labels', PackedTensor>>;

const [network, ...cases] = readGolden<unknown>('mi-fgsm').cases as [NetworkCase, ...(AttackCase | DiversityCase)[]];

class SmoothNetwork extends Module {
  override forward(input: Tensor): Tensor {
    const hidden = ops.conv2d(input, unpack(network.kernel), { bias: unpack(network.bias) }).tanh();
    return ops.linear(hidden.flatten({ startDim: 1 }), unpack(network.weight), { bias: unpack(network.offset) });
  }
}

describe('agrees with PyTorch', () => {
  const paths = cases.filter((one): one is AttackCase => one.call === 'attack');

  test.each(paths)('every iterate to 1e-6: $options', ({ options, iterates }) => {
    tidy(() => {
      const recorder = new Recorder(new SmoothNetwork());
      const randomness = { stream: new RandomStream('golden'), indices: int64([0, 1, 2]) };
      new MiFgsm({ ...options, norm: linf }).run(recorder, unpack(network.images), unpack(network.labels), randomness);
      // The first pass is at the image itself.
      expect(recorder.calls).toHaveLength(options.steps + 1);
      iterates.forEach((iterate, i) => {
        const expected = unpack(iterate).toNumbers();
        const seen = recorder.calls[i + 1]!.input;
        expect(Math.max(...seen.map((value, j) => Math.abs(value - expected[j]!)))).toBeLessThan(1e-6);
      });
    });
  });

  const draws = cases.filter((one): one is DiversityCase => one.call === 'diversify');

  test.each(draws)('resizing with probability $probability, and its gradient', (one) => {
    tidy(() => {
      const images = unpack(network.images);
      images.requiresGrad = true;
      const seen = diversify(images, unpack(one.draws), one.probability);
      expect(seen).toBeAllclose(one.output, 1e-5);
      expect(grad(seen, [images], { gradients: [unpack(one.cotangents)] })[0]!).toBeAllclose(one.gradient, 1e-5);
    });
  });
});

test('a probability of nothing leaves images as they are, to rounding', () => {
  tidy(() => {
    const { images, indices, stream } = toyBatch([0, 1, 2]);
    const away = diversify(images, stream.uniform(indices, [4]), 0)
      .sub(images)
      .abs()
      .flatten()
      .amax({ dim: [0] });
    expect(away.item()).toBeLessThan(1e-5);
  });
});

test('the kernel sums to one and falls to three standard deviations', () => {
  const kernel = gaussianKernel(7);
  expect(kernel.flat().reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
  expect(kernel[0]![3]! / kernel[3]![3]!).toBeCloseTo(Math.exp(-4.5), 12);
  expect(gaussianKernel(1)).toEqual([[1]]);
});

test('with diversity every step sees other images than it is at', () => {
  tidy(() => {
    using model = toyNetwork();
    const recorder = new Recorder(model);
    const { images, labels, stream, indices } = toyBatch([0, 1]);
    const attack = new MiFgsm({ norm: linf, epsilon: 0.1, steps: 3, diversity: 1 });
    attack.run(recorder, images, labels, { stream, indices });
    expect(recorder.calls[0]!.input).not.toEqual(images.toNumbers());
    expect(new Set(recorder.calls.map(({ input }) => input.join())).size).toBe(4);
  });
});

test.each([
  ['an even kernel', { kernel: 4 }, 'odd kernel'],
  ['a probability above 1', { diversity: 1.5 }, 'diversity'],
  ['another norm', { norm: 'l2' }, 'norm'],
] as const)('refuses %s', (_, options, words) => {
  expect(() => createAttack({ name: 'mi-fgsm', epsilon: 0.1, ...options })).toThrow(words);
});
