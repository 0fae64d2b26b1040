/**
 * Fused convolutions give what conv2d, a sum and ReLU do, with the same gradients. On a CPU these operators run one
 * after the other; test/device compares cuDNN's fused kernel with them on a GPU.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { draw, expectAsConv2d, titleOf } from './convolution.test-helper.js';
import { grad, ops, SaddlepointError, tidy } from './index.js';

const SHAPES = [
  { images: 3, inputs: 3, outputs: 16, height: 9, width: 7, kernel: 3, stride: 1, padding: 1 },
  { images: 2, inputs: 16, outputs: 24, height: 8, width: 9, kernel: 3, stride: 2, padding: 1 },
  { images: 2, inputs: 8, outputs: 5, height: 7, width: 8, kernel: 1, stride: 2, padding: 0 },
  { images: 0, inputs: 8, outputs: 8, height: 4, width: 4, kernel: 3, stride: 1, padding: 1 },
];
const CASES = SHAPES.map(
  (shape) => [`${titleOf(shape)}, kernel ${shape.kernel}, stride ${shape.stride}`, shape] as const,
);

describe.each(CASES)('%s', (_, { images, inputs, outputs, height, width, kernel, stride, padding }) => {
  const side = (size: number) => Math.floor((size + 2 * padding - kernel) / stride) + 1;
  const ofOutput = [images, outputs, side(height), side(width)];
  test.each([
    ['alone', false, false],
    ['with ReLU', false, true],
    ['with a residual', true, false],
    ['with a residual and ReLU', true, true],
  ])('%s: the values and gradients of conv2d', (_case, withResidual, relu) => {
    tidy(() => {
      const drawn = {
        weight: draw('weight', [outputs, inputs, kernel, kernel]),
        input: draw('input', [images, inputs, height, width]),
        bias: draw('bias', [outputs]),
        residual: draw('residual', ofOutput),
        seed: draw('seed', ofOutput),
      };
      const convolve = (further: Parameters<Parameters<typeof expectAsConv2d>[0]>[0]) =>
        ops.fusedConvolution(drawn.input, drawn.weight, { ...further, stride, padding });
      expectAsConv2d(convolve, drawn, { stride, padding, withResidual, relu });
    });
  });
});

test('a residual without gradient gets none, a bias may be missing', () => {
  tidy(() => {
    const input = draw('input', [1, 2, 5, 5]);
    input.requiresGrad = true;
    const [weight, residual] = [draw('weight', [2, 2, 1, 1]), draw('residual', [1, 2, 5, 5])];
    const output = ops.fusedConvolution(input, weight, { bias: null, residual, relu: false });
    const [gradient] = grad(output.sum(), [input]);
    const [expected] = grad(ops.conv2d(input, weight).sum(), [input]);
    expect(gradient!.equal(expected!)).toBe(true);
  });
});

test.each([
  ['an input of three dimensions', [2, 5, 5], [2, 2, 1, 1], {}, 'expected an input'],
  ['a weight for other channels', [1, 2, 5, 5], [2, 3, 1, 1], {}, 'expected an input'],
  ['a stride of zero', [1, 2, 5, 5], [2, 2, 1, 1], { stride: 0 }, 'received 0'],
])('%s is refused', (_, input, weight, options, message) => {
  tidy(() => {
    const convolve = () => ops.fusedConvolution(draw('input', input), draw('weight', weight), options);
    expect(convolve).toThrow(SaddlepointError);
    expect(convolve).toThrow(message);
  });
});

test('a weight that asks for a gradient is refused', () => {
  tidy(() => {
    const weight = draw('weight', [2, 2, 1, 1]);
    weight.requiresGrad = true;
    expect(() => ops.fusedConvolution(draw('input', [1, 2, 5, 5]), weight)).toThrow('without gradients');
  });
});
