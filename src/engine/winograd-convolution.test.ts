/**
 * Winograd's convolutions give what LibTorch's does, in any shape, with the same gradients.
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
import { grad, memory, ops, runtime, setThreads, tidy, type Tensor } from './index.js';

/** Whole tiles, cut tiles, less than a tile, other channels than lanes, and an empty batch. */
const SHAPES: readonly Shape[] = [
  { images: 3, inputs: 16, outputs: 16, height: 32, width: 32 },
  { images: 2, inputs: 8, outputs: 24, height: 7, width: 9 },
  { images: 5, inputs: 64, outputs: 8, height: 8, width: 4 },
  { images: 40, inputs: 40, outputs: 56, height: 4, width: 4 },
  { images: 1, inputs: 16, outputs: 16, height: 1, width: 3 },
  { images: 0, inputs: 8, outputs: 8, height: 4, width: 4 },
  // For a weight's gradient: a block whose outputs are finished in two parts, and tiles in two blocks.
  { images: 70, inputs: 32, outputs: 72, height: 5, width: 4 },
  { images: 20, inputs: 16, outputs: 24, height: 28, width: 28 },
];
/** So many channels that threads share the filter's positions, in a batch of which some tiles are left over. */
const LARGE: Shape = { images: 9, inputs: 448, outputs: 400, height: 4, width: 4 };

function drawAll({ images, inputs, outputs, height, width }: Shape) {
  const weight = draw('weight', [outputs, inputs, 3, 3]);
  return {
    weight,
    input: draw('input', [images, inputs, height, width]),
    bias: draw('bias', [outputs]),
    residual: draw('residual', [images, outputs, height, width]),
    seed: draw('seed', [images, outputs, height, width]),
    filter: ops.winogradFilter(weight),
    dgradFilter: ops.winogradFilter(weight, { dgrad: true }),
  };
}

describe.each(SHAPES.map((shape) => [titleOf(shape), shape] as const))('%s', (_, shape) => {
  test.each([
    ['alone', false, false],
    ['with ReLU', false, true],
    ['with a residual', true, false],
    ['with a residual and ReLU', true, true],
  ])('%s: the values and gradients of conv2d', (_case, withResidual, relu) => {
    tidy(() => {
      const drawn = drawAll(shape);
      const { input, filter, dgradFilter } = drawn;
      const convolve = (further: Further) => ops.frozenConvolution(input, filter, dgradFilter, further);
      expectAsConv2d(convolve, drawn, { padding: 1, withResidual, relu });
    });
  });
});

describe('the convolution for training', () => {
  const ofThree = (tensors: ReturnType<typeof drawAll>) => [tensors.input, tensors.weight, tensors.bias] as const;

  test.each(SHAPES.map((shape) => [titleOf(shape), shape] as const))(
    '%s: the values and gradients of conv2d',
    (_, shape) => {
      tidy(() => {
        const tensors = drawAll(shape);
        const leaves = ofThree(tensors);
        for (const leaf of leaves) leaf.requiresGrad = true;
        const [input, weight, bias] = leaves;
        const expected = ops.conv2d(input, weight, { bias, padding: 1 });
        const actual = ops.trainedConvolution(input, weight, { bias, padding: 1 });
        expect(largest(actual.detach().sub(expected.detach()))).toBeLessThan(1e-6 * 9 * shape.inputs);
        const [ofActual, ofExpected] = [actual, expected].map((output) => grad(output.mul(tensors.seed).sum(), leaves));
        for (const [index, gradient] of ofExpected!.entries()) {
          const difference = ofActual![index]!.sub(gradient);
          // A weight's sums up thousands of transformed products.
          const bound = leaves[index] === weight ? 3e-5 : 1e-5;
          expect(largest(difference)).toBeLessThan(bound * (1 + largest(gradient)));
        }
      });
    },
  );

  test('gives a weight the same bits on one thread', () => {
    const { threads } = runtime();
    setThreads(2);
    tidy(() => {
      const { input, weight, seed } = drawAll({ images: 20, inputs: 16, outputs: 24, height: 28, width: 28 });
      weight.requiresGrad = true;
      const gradient = () => grad(ops.trainedConvolution(input, weight, { padding: 1 }).mul(seed).sum(), [weight])[0]!;
      const together = gradient();
      setThreads(1);
      expect(gradient().equal(together)).toBe(true);
    });
    setThreads(threads);
  });

  test('has a second derivative', () => {
    tidy(() => {
      const leaves = ofThree(drawAll({ images: 2, inputs: 8, outputs: 16, height: 5, width: 5 }));
      for (const leaf of leaves) leaf.requiresGrad = true;
      const [input, weight, bias] = leaves;
      const expected = curvature(ops.conv2d(input, weight, { bias, padding: 1 }), leaves, 2);
      for (const [index, actual] of curvature(
        ops.trainedConvolution(input, weight, { bias, padding: 1 }),
        leaves,
        2,
      ).entries()) {
        expect(largest(actual.sub(expected[index]!)) / largest(expected[index]!)).toBeLessThan(1e-4);
      }
    });
  });
});

describe('the convolution with frozen weights', () => {
  test.each([
    ['few channels', { images: 7, inputs: 16, outputs: 24, height: 9, width: 6 }],
    ['many channels', LARGE],
  ])('gives an image the same bits alone, in a batch, and on one thread: %s', (_, shape) => {
    const { threads } = runtime();
    setThreads(2);
    tidy(() => {
      const { input, bias, filter, dgradFilter } = drawAll(shape);
      const run = (images: Tensor) => ops.frozenConvolution(images, filter, dgradFilter, { bias, relu: true });
      const together = run(input);
      for (let image = 0; image < shape.images; image += 1) {
        expect(run(input.narrow(0, image, 1)).equal(together.narrow(0, image, 1))).toBe(true);
      }
      setThreads(1);
      expect(run(input).equal(together)).toBe(true);
    });
    setThreads(threads);
  });

  test.each([
    ['nine tiles', LARGE],
    ['more tiles than are transformed at a time', { ...LARGE, images: 2, height: 40, width: 36 }],
  ])('with many channels and %s: the values and gradients of conv2d, the same bits on one thread', (_, shape) => {
    const { threads } = runtime();
    setThreads(2);
    tidy(() => {
      const { weight, input, bias, residual, seed, filter, dgradFilter } = drawAll(shape);
      input.requiresGrad = true;
      const own = (options = {}) => ops.frozenConvolution(input, filter, dgradFilter, { bias, ...options });
      const slopeOf = (output: Tensor) => grad(output.mul(seed).sum(), [input])[0]!;
      const expected = ops.conv2d(input, weight, { bias, padding: 1 }).add(residual);
      const actual = own({ residual });
      expect(largest(actual.detach().sub(expected.detach()))).toBeLessThan(5e-5 * largest(expected.detach()));
      const expectedSlope = slopeOf(expected);
      expect(largest(slopeOf(actual).sub(expectedSlope))).toBeLessThan(5e-5 * largest(expectedSlope));

      const masked = own({ relu: true });
      const open = masked.detach().gt(0).to({ dtype: 'float32' });
      const slope = slopeOf(masked);
      expect(slope.equal(slopeOf(own().mul(open)))).toBe(true);
      setThreads(1);
      expect(own({ residual }).equal(actual)).toBe(true);
      expect(slopeOf(own({ relu: true })).equal(slope)).toBe(true);
    });
    setThreads(threads);
  });

  test('has a second derivative', () => {
    tidy(() => {
      const { weight, input, filter, dgradFilter } = drawAll({ images: 2, inputs: 8, outputs: 8, height: 5, width: 5 });
      input.requiresGrad = true;
      const [expected] = curvature(ops.conv2d(input, weight, { padding: 1 }), [input], 2) as [Tensor];
      const [actual] = curvature(ops.frozenConvolution(input, filter, dgradFilter), [input], 2) as [Tensor];
      expect(largest(actual.sub(expected)) / largest(expected)).toBeLessThan(1e-5);
    });
  });

  test('hides nothing that is no number', () => {
    tidy(() => {
      const { input, filter, dgradFilter } = drawAll({ images: 2, inputs: 8, outputs: 8, height: 4, width: 4 });
      input.select(0, 1).fill_(NaN);
      const output = ops.frozenConvolution(input, filter, dgradFilter, { relu: true });
      const broken = output.ne(output).sum([1, 2, 3]).toNumbers();
      expect(broken).toEqual([0, 8 * 4 * 4]);
    });
  });

  test('leaves alive what it returns', () => {
    const { live } = memory();
    const shape = { images: 1, inputs: 8, outputs: 8, height: 4, width: 4 };
    const output = tidy(() => {
      const { input, filter, dgradFilter } = drawAll(shape);
      return ops.frozenConvolution(input, filter, dgradFilter);
    });
    expect(memory().live).toBe(live + 1);
    output.dispose();
  });

  test.each<[string, (tensors: ReturnType<typeof drawAll>) => Tensor, RegExp]>([
    [
      'channels that are no multiple of eight',
      () => ops.frozenConvolution(draw('x', [1, 4, 5, 5]), draw('f', [36, 1, 4, 8]), draw('b', [36, 1, 8, 8])),
      /channels in multiples of 8/,
    ],
    [
      'an input of other channels',
      ({ filter, dgradFilter }) => ops.frozenConvolution(draw('x', [1, 16, 5, 5]), filter, dgradFilter),
      /other channels/,
    ],
    [
      'filters in the wrong order',
      ({ input, filter, dgradFilter }) => ops.frozenConvolution(input, dgradFilter, filter),
      /channels/,
    ],
    [
      'a residual of another shape',
      ({ input, filter, dgradFilter, bias }) => ops.frozenConvolution(input, filter, dgradFilter, { residual: bias }),
      /residual of the output's shape/,
    ],
    [
      'half precision',
      ({ input, filter, dgradFilter }) => ops.frozenConvolution(input.to({ dtype: 'bfloat16' }), filter, dgradFilter),
      /float32/,
    ],
    ['a kernel of another size', () => ops.winogradFilter(draw('w', [8, 8, 5, 5])), /\[outputs, inputs, 3, 3\]/],
  ])('refuses %s', (_, call, message) => {
    tidy(() => {
      const tensors = drawAll({ images: 1, inputs: 8, outputs: 16, height: 5, width: 5 });
      expect(() => call(tensors)).toThrow(message);
    });
  });
});
