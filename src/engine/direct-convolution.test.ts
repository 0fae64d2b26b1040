/**
 * Direct convolutions give what LibTorch's do, in any shape, with the same gradients.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import {
  curvature,
  draw,
  expectAsConv2d,
  largest,
  titleOf,
  type Further,
  type Shape,
} from './convolution.test-helper.js';
import { grad, ops, runtime, setThreads, tidy, type Tensor } from './index.js';

interface Direct extends Shape {
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
}

/**
 * The demo's, a ResNet's stem, downsamplings and shortcuts, strides beyond the kernel, small images, an empty batch.
 */
const DIRECT: readonly Direct[] = [
  { images: 5, inputs: 1, outputs: 16, height: 28, width: 28, kernel: 4, stride: 2, padding: 1 },
  { images: 3, inputs: 16, outputs: 32, height: 14, width: 14, kernel: 4, stride: 2, padding: 1 },
  { images: 2, inputs: 3, outputs: 16, height: 9, width: 7, kernel: 3, stride: 1, padding: 1 },
  { images: 2, inputs: 16, outputs: 24, height: 8, width: 9, kernel: 3, stride: 2, padding: 1 },
  { images: 2, inputs: 8, outputs: 8, height: 7, width: 8, kernel: 1, stride: 2, padding: 0 },
  { images: 1, inputs: 12, outputs: 40, height: 11, width: 10, kernel: 2, stride: 3, padding: 1 },
  { images: 2, inputs: 5, outputs: 8, height: 5, width: 5, kernel: 5, stride: 1, padding: 0 },
  { images: 9, inputs: 16, outputs: 24, height: 6, width: 6, kernel: 3, stride: 2, padding: 1 },
  // On one thread in groups of 10, 10 and 5, on two of 10 and 3.
  { images: 25, inputs: 8, outputs: 16, height: 6, width: 6, kernel: 3, stride: 2, padding: 1 },
  { images: 11, inputs: 40, outputs: 8, height: 4, width: 3, kernel: 1, stride: 2, padding: 0 },
  { images: 0, inputs: 8, outputs: 8, height: 4, width: 4, kernel: 3, stride: 1, padding: 2 },
];

const CASES = DIRECT.map(
  (shape) => [`${titleOf(shape)}, kernel ${shape.kernel}, stride ${shape.stride}`, shape] as const,
);

const drawDirect = ({ images, inputs, outputs, height, width, kernel, stride, padding }: Direct) => {
  const side = (size: number) => Math.floor((size + 2 * padding - kernel) / stride) + 1;
  const weight = draw('weight', [outputs, inputs, kernel, kernel]);
  const ofOutput = [images, outputs, side(height), side(width)];
  return {
    weight,
    input: draw('input', [images, inputs, height, width]),
    bias: draw('bias', [outputs]),
    residual: draw('residual', ofOutput),
    seed: draw('seed', ofOutput),
    filter: ops.directFilter(weight, stride),
    dgradFilter: ops.directFilter(weight, stride, { dgrad: true }),
  };
};

describe.each(CASES)('%s', (_, shape) => {
  const { stride, padding } = shape;
  test.each([
    ['alone', false, false],
    ['with ReLU', false, true],
    ['with a residual and ReLU', true, true],
  ])('%s: the values and gradients of conv2d', (_case, withResidual, relu) => {
    tidy(() => {
      const drawn = drawDirect(shape);
      const { weight, input, filter, dgradFilter } = drawn;
      const convolve = (further: Further) =>
        ops.frozenDirectConvolution(input, weight, filter, dgradFilter, { ...further, stride, padding });
      expectAsConv2d(convolve, drawn, { stride, padding, withResidual, relu });
    });
  });

  test('each image alone, and by one thread or two: the same bits', () => {
    tidy(() => {
      const { weight, input, bias, filter, dgradFilter } = drawDirect(shape);
      const options = { bias, stride, padding, relu: true };
      const look = (images: Tensor) => {
        images.requiresGrad = true;
        const output = ops.frozenDirectConvolution(images, weight, filter, dgradFilter, options);
        const [gradient] = grad(output.sum(), [images]);
        return [output.detach(), gradient!] as const;
      };
      const before = runtime().threads;
      setThreads(2);
      const [output, gradient] = look(input.clone());
      setThreads(1);
      for (let image = 0; image < shape.images; image += 1) {
        const [own, ownGradient] = look(input.narrow(0, image, 1).clone());
        expect(own.equal(output.narrow(0, image, 1))).toBe(true);
        expect(ownGradient.equal(gradient.narrow(0, image, 1))).toBe(true);
      }
      setThreads(before);
    });
  });
});

describe('for training', () => {
  test.each(CASES)("%s: the values and gradients of conv2d, the weight's the same on one thread", (_, shape) => {
    const { stride, padding, kernel, inputs } = shape;
    const { threads } = runtime();
    setThreads(2);
    tidy(() => {
      const { weight, input, bias, seed } = drawDirect(shape);
      const leaves = [input, weight, bias];
      for (const leaf of leaves) leaf.requiresGrad = true;
      const options = { bias, stride, padding };
      const [actual, expected] = [ops.trainedConvolution, ops.conv2d].map((convolve) => {
        const output = convolve(input, weight, options);
        return { output: output.detach(), gradients: grad(output.mul(seed).sum(), leaves) };
      });
      expect(actual!.output.shape).toEqual(expected!.output.shape);
      expect(largest(actual!.output.sub(expected!.output))).toBeLessThan(1e-6 * kernel ** 2 * inputs);
      for (const [index, gradient] of expected!.gradients.entries()) {
        expect(largest(actual!.gradients[index]!.sub(gradient))).toBeLessThan(1e-5 * (1 + largest(gradient)));
      }
      setThreads(1);
      const [alone] = grad(ops.trainedConvolution(input, weight, options).mul(seed).sum(), [weight]);
      expect(alone!.equal(actual!.gradients[1]!)).toBe(true);
    });
    setThreads(threads);
  });

  test('has a second derivative', () => {
    tidy(() => {
      const { weight, input, bias } = drawDirect(DIRECT[3]!);
      const leaves = [input, weight, bias];
      for (const leaf of leaves) leaf.requiresGrad = true;
      const options = { bias, stride: 2, padding: 1 };
      const expected = curvature(ops.conv2d(input, weight, options), leaves, 3);
      for (const [index, actual] of curvature(ops.trainedConvolution(input, weight, options), leaves, 3).entries()) {
        expect(largest(actual.sub(expected[index]!))).toBeLessThan(1e-4 * largest(expected[index]!));
      }
    });
  });
});

test('has a second derivative', () => {
  tidy(() => {
    const { weight, input, filter, dgradFilter } = drawDirect(DIRECT[3]!);
    input.requiresGrad = true;
    const options = { stride: 2, padding: 1 };
    const own = ops.frozenDirectConvolution(input, weight, filter, dgradFilter, options);
    const [expected] = curvature(ops.conv2d(input, weight, options), [input], 3) as [Tensor];
    const [actual] = curvature(own, [input], 3) as [Tensor];
    expect(largest(actual.sub(expected))).toBeLessThan(1e-4 * largest(expected));
  });
});

test('refuses what does not fit together', () => {
  tidy(() => {
    const { weight, input, filter, dgradFilter } = drawDirect(DIRECT[0]!);
    const run = (images: Tensor, other = filter, options = {}) =>
      ops.frozenDirectConvolution(images, weight, other, dgradFilter, { stride: 2, padding: 1, ...options });
    expect(() => run(ops.ones([2, 3, 28, 28]))).toThrow(/other channels/);
    expect(() => run(ops.ones([2, 1, 1, 1]))).toThrow(/smaller than the kernel/);
    expect(() => run(input, ops.ones([3]))).toThrow(/filters of the weight/);
    expect(() => run(input, filter, { padding: 4 })).toThrow(/padding below the kernel/);
    expect(() => ops.directFilter(ops.ones([12, 1, 3, 3]), 1)).toThrow(/outputs in multiples of 8/);
    expect(() => ops.directFilter(weight, 65)).toThrow(/stride of 1 to 64/);
    const train = (images: Tensor, other = weight, options = {}) =>
      ops.trainedConvolution(images, other, { stride: 2, padding: 1, ...options });
    expect(() => train(ops.ones([2, 3, 28, 28]))).toThrow(/other channels/);
    expect(() => train(ops.ones([2, 1, 1, 1]))).toThrow(/smaller than the kernel/);
    expect(() => train(input, weight, { padding: 4 })).toThrow(/padding below the kernel/);
    expect(() => train(input, weight, { stride: 65 })).toThrow(/stride of 1 to 64/);
    expect(() => train(input, weight, { bias: ops.ones([3]) })).toThrow(/bias \[outputs\]/);
    expect(() => train(input, ops.ones([12, 1, 3, 3]))).toThrow(/outputs in multiples of 8/);
  });
});
