/**
 * Convolutions in bfloat16 as operators: a whole residual block gives what its convolutions do one by one, second
 * derivatives exist where weights stand still, and what does not fit is refused. That the kernels compute right is
 * shown by test/engine/bfloat16-kernels.test.ts.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { draw, largest } from './convolution.test-helper.js';
import { grad, ops, SaddlepointError, tidy, type Tensor } from './index.js';

interface Block {
  readonly branch: readonly Layer[];
  readonly shortcut: Layer | null;
  /** Height and width of the maps; default: such that tiles have pixels of several rows. */
  readonly size?: readonly [number, number];
}

interface Layer {
  readonly weights: readonly [Tensor, Tensor, Tensor];
  readonly bias: Tensor;
  readonly stride: number;
  readonly padding: number;
}

function layer(name: string, [outputs, inputs, kernel]: readonly [number, number, number], stride: number): Layer {
  const weight = draw(name, [outputs, inputs, kernel, kernel]).div(kernel * Math.sqrt(inputs));
  const padding = (kernel - 1) / 2;
  return {
    weights: ops.bfloat16Filters(weight, stride, padding),
    bias: draw(`${name}'s bias`, [outputs]),
    stride,
    padding,
  };
}

const bfloat16 = (name: string, shape: readonly number[]) => draw(name, shape).to({ dtype: 'bfloat16' });

const convolve = (input: Tensor, { weights, ...rest }: Layer, residual: Tensor | null, relu: boolean) =>
  ops.frozenBfloat16Convolution(input, ...weights, { ...rest, residual, relu });

function block(input: Tensor, branch: readonly Layer[], shortcut: Layer | null): Tensor {
  const all = shortcut === null ? branch : [...branch, shortcut];
  const [weights, filters, dgradFilters] = [0, 1, 2].map((part) => all.map((each) => each.weights[part]!));
  const [biases, strides] = [all.map(({ bias }) => bias), all.map(({ stride }) => stride)];
  const paddings = all.map(({ padding }) => padding);
  return ops.frozenBfloat16Block(
    input,
    weights!,
    filters!,
    dgradFilters!,
    biases,
    strides,
    paddings,
    shortcut !== null,
  );
}

function oneByOne(input: Tensor, branch: readonly Layer[], shortcut: Layer | null): Tensor {
  const residual = shortcut === null ? input : convolve(input, shortcut, null, false);
  return branch.reduce((map, each, i) => {
    const isLast = i === branch.length - 1;
    return convolve(map, each, isLast ? residual : null, true);
  }, input);
}

const BLOCKS: Readonly<Record<string, () => Block>> = {
  'two of 3 × 3': () => ({ branch: [layer('a', [8, 8, 3], 1), layer('b', [8, 8, 3], 1)], shortcut: null }),
  'two of 3 × 3 with a stride': () => ({
    branch: [layer('a', [24, 8, 3], 2), layer('b', [24, 24, 3], 1)],
    shortcut: layer('s', [24, 8, 1], 2),
  }),
  'two wide ones on maps of whole tiles': () => ({
    branch: [layer('a', [96, 64, 3], 1), layer('b', [96, 96, 3], 1)],
    shortcut: layer('s', [96, 64, 1], 1),
    size: [3, 16],
  }),
  'a bottleneck': () => ({
    branch: [layer('a', [8, 40, 1], 1), layer('b', [8, 8, 3], 1), layer('c', [40, 8, 1], 1)],
    shortcut: null,
  }),
};

describe.each(Object.entries(BLOCKS))('a block of %s', (_, make) => {
  test('is its convolutions one by one; their gradients but for the roundings between them', () => {
    tidy(() => {
      const { branch, shortcut, size = [9, 8] } = make();
      const input = bfloat16('input', [3, branch[0]!.weights[0].size(1), ...size]);
      input.requiresGrad = true;
      const [whole, parts] = [block(input, branch, shortcut), oneByOne(input, branch, shortcut)];
      expect(whole.equal(parts)).toBe(true);
      const seed = bfloat16('seed', whole.shape);
      const [[ofWhole], [ofParts]] = [grad(whole.mul(seed).sum(), [input]), grad(parts.mul(seed).sum(), [input])];
      expect(largest(ofParts!)).toBeGreaterThan(0.1);
      expect(largest(ofWhole!.sub(ofParts!)) / largest(ofParts!)).toBeLessThan(0.02);
    });
  });

  test('has the second derivative of the convolutions one by one', () => {
    tidy(() => {
      const { branch, shortcut } = make();
      const seconds = [block, oneByOne].map((compute) => {
        const input = bfloat16('input', [2, branch[0]!.weights[0].size(1), 5, 4]);
        input.requiresGrad = true;
        const output = compute(input, branch, shortcut);
        const [slope] = grad(output.to({ dtype: 'float32' }).pow(2).sum(), [input], { createGraph: true });
        return grad(slope!.to({ dtype: 'float32' }).pow(2).sum(), [input])[0]!;
      });
      expect(largest(seconds[1]!)).toBeGreaterThan(0.1);
      expect(largest(seconds[0]!.sub(seconds[1]!)) / largest(seconds[1]!)).toBeLessThan(0.03);
    });
  });
});

test('a block whose shortcut has another shape than its branch is refused', () => {
  tidy(() => {
    const branch = [layer('a', [16, 8, 3], 1)];
    const message = 'expected a shortcut of the branch';
    expect(() => block(bfloat16('input', [1, 8, 4, 4]), branch, null)).toThrow(message);
    expect(() => block(bfloat16('input', [1, 8, 4, 4]), branch, layer('s', [16, 8, 1], 2))).toThrow(message);
  });
});

test('filters times a scale are those of the multiplied weight', () => {
  tidy(() => {
    const [weight, scale] = [draw('weight', [20, 24, 3, 3]), draw('scale', [20])];
    const folded = ops.bfloat16Filters(weight.mul(scale.reshape([-1, 1, 1, 1])), 2, 1);
    const scaled = ops.bfloat16Filters(weight, 2, 1, { scale });
    for (const [i, tensor] of scaled.entries()) expect(tensor.equal(folded[i]!)).toBe(true);
  });
});

describe('refused', () => {
  const run = (change: { input?: Tensor; filter?: Tensor; residual?: Tensor; bias?: Tensor; stride?: number }) => {
    const { weights, bias, padding } = layer('a', [8, 8, 3], 1);
    const [weight, filter, dgradFilter] = weights;
    const { input = bfloat16('input', [1, 8, 5, 5]), residual = null, stride = 1 } = change;
    return ops.frozenBfloat16Convolution(input, weight, change.filter ?? filter, dgradFilter, {
      bias: change.bias ?? bias,
      residual,
      stride,
      padding,
    });
  };
  test.each([
    ['a float32 input', () => run({ input: draw('input', [1, 8, 5, 5]) }), 'expected bfloat16 tensors on the CPU'],
    ['other channels', () => run({ input: bfloat16('input', [1, 9, 5, 5]) }), 'other channels than the weight'],
    ['a filter of another weight', () => run({ filter: bfloat16('filter', [7]) }), 'expected a filter of the weight'],
    ['a residual of another shape', () => run({ residual: bfloat16('r', [1, 8, 5, 4]) }), 'expected a residual'],
    ['a bias in bfloat16', () => run({ bias: bfloat16('bias', [8]) }), 'expected float32 tensors on the CPU'],
    ['a stride of zero', () => run({ stride: 0 }), 'received 0'],
    ['a weight in bfloat16', () => ops.bfloat16Filters(bfloat16('w', [8, 8, 3, 3]), 1, 1), 'expected float32 tensors'],
    [
      'factors of other outputs',
      () => ops.bfloat16Filters(draw('w', [8, 8, 3, 3]), 1, 1, { scale: draw('s', [7]) }),
      'expected a scale for each of 8 outputs, received [7]',
    ],
    [
      'a padding as large as the kernel',
      () => ops.bfloat16Filters(draw('w', [8, 8, 3, 3]), 1, 3),
      'a padding below the kernel',
    ],
    ['a kernel that is no square', () => ops.bfloat16Filters(draw('w', [8, 8, 3, 2]), 1, 1), 'expected a weight'],
  ] as const)('%s', (_, attempt, message) => {
    tidy(() => {
      expect(attempt).toThrow(SaddlepointError);
      expect(attempt).toThrow(message);
    });
  });
});

test('a trained convolution has no second derivative, and says so', () => {
  tidy(() => {
    const [input, weight] = [draw('input', [1, 8, 4, 4]), draw('weight', [8, 8, 3, 3])];
    input.requiresGrad = true;
    const output = ops.trainedBfloat16Convolution(input, weight, { padding: 1 });
    expect(() => grad(output.sum(), [input], { createGraph: true })).toThrow('has no second derivative');
  });
});
