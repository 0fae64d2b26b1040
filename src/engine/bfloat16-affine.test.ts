/**
 * A factor and a term per channel with ReLU behind them, in bfloat16 and one pass, give what float64 does, rounded
 * once.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { draw, largest } from './convolution.test-helper.js';
import { grad, ops, tidy, type Tensor } from './index.js';

const bfloat16 = (name: string, shape: readonly number[]) => draw(name, shape).to({ dtype: 'bfloat16' });
const exact = (values: Tensor) => values.detach().to({ dtype: 'float64' });
const perChannel = (values: Tensor) => exact(values).reshape([1, -1, 1, 1]);

test.each([
  [1, 1, 1, 1],
  [2, 3, 5, 4],
  [3, 16, 4, 4],
  [2, 33, 3, 7],
  [2, 96, 8, 8],
  [0, 8, 4, 4],
] as const)('[%i, %i, %i, %i]', (...shape) => {
  tidy(() => {
    const [, channels] = shape;
    const [input, seed] = [bfloat16('input', shape), bfloat16('seed', shape)];
    const [scale, shift] = [draw('scale', [channels]), draw('shift', [channels])];
    input.requiresGrad = true;
    const output = ops.frozenBfloat16AffineRelu(input, scale, shift);
    const expected = exact(input).mul(perChannel(scale)).add(perChannel(shift)).relu();
    expect(largest(exact(output).sub(expected))).toBeLessThan(2 ** -8);
    const [gradient] = grad(output.mul(seed).sum(), [input]);
    const passed = exact(seed)
      .mul(exact(output.gt(0)))
      .mul(perChannel(scale));
    expect(largest(exact(gradient!).sub(passed))).toBeLessThan(2 ** -8);
  });
});

test('has a second derivative', () => {
  tidy(() => {
    const input = bfloat16('input', [2, 8, 4, 4]);
    input.requiresGrad = true;
    const output = ops.frozenBfloat16AffineRelu(input, draw('scale', [8]), draw('shift', [8]));
    const [slope] = grad(output.to({ dtype: 'float32' }).pow(2).sum(), [input], { createGraph: true });
    const [second] = grad(slope!.to({ dtype: 'float32' }).sum(), [input]);
    const expected = exact(output.gt(0))
      .mul(perChannel(draw('scale', [8])).pow(2))
      .mul(2);
    expect(largest(expected)).toBeGreaterThan(0.5);
    expect(largest(exact(second!).sub(expected))).toBeLessThan(0.03);
  });
});

test.each([
  ['a float32 input', () => draw('input', [1, 8, 2, 2]), 8, 'expected bfloat16 tensors on the CPU'],
  ['an input of two dimensions', () => bfloat16('input', [1, 8]), 8, 'expected an input [N, C, H, W]'],
  ['a scale of other channels', () => bfloat16('input', [1, 8, 2, 2]), 7, 'expected a scale and a shift [C], [8]'],
] as const)('%s is refused', (_, input, channels, message) => {
  tidy(() => {
    const values = draw('scale', [channels]);
    expect(() => ops.frozenBfloat16AffineRelu(input(), values, values)).toThrow(message);
  });
});
