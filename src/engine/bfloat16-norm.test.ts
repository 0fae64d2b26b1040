/**
 * What batch norm in training refuses in bfloat16; that it computes right, test/engine/bfloat16-kernels.test.ts says.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { draw } from './convolution.test-helper.js';
import { grad, ops, SaddlepointError, tidy, type Tensor } from './index.js';

interface Given {
  readonly input?: Tensor;
  readonly weight?: Tensor;
  readonly residual?: Tensor;
  readonly runningMean?: Tensor;
}

const bfloat16 = (name: string, shape: readonly number[]) => draw(name, shape).to({ dtype: 'bfloat16' });

function norm({ input, weight, residual, runningMean }: Given = {}): Tensor {
  const statistics = [runningMean ?? ops.zeros([8]), ops.ones([8])] as const;
  const from = input ?? bfloat16('input', [2, 8, 3, 3]);
  return ops.trainedBfloat16Norm(
    from,
    weight ?? ops.ones([8]),
    ops.zeros([8]),
    residual ?? null,
    ...statistics,
    0.1,
    1e-5,
    true,
  );
}

test.each([
  ['a float32 input', () => ({ input: draw('input', [2, 8, 3, 3]) }), 'expected bfloat16 tensors on the CPU'],
  [
    'other channels',
    () => ({ input: bfloat16('input', [2, 9, 3, 3]) }),
    'expected weight, bias and running statistics',
  ],
  ['a weight in bfloat16', () => ({ weight: bfloat16('weight', [8]) }), 'expected float32 tensors on the CPU'],
  ['a residual of another shape', () => ({ residual: bfloat16('r', [2, 8, 3, 4]) }), 'expected a residual'],
  ['statistics with gaps', () => ({ runningMean: ops.zeros([8, 2]).select(1, 0) }), 'dense'],
  ['one value a channel', () => ({ input: bfloat16('input', [1, 8, 1, 1]) }), 'expected more than one value a channel'],
] as const)('%s', (_, given, message) => {
  tidy(() => {
    const attempt = () => norm(given());
    expect(attempt).toThrow(SaddlepointError);
    expect(attempt).toThrow(message);
  });
});

test('has no second derivative, and says so', () => {
  tidy(() => {
    const input = bfloat16('input', [2, 8, 3, 3]);
    input.requiresGrad = true;
    const sum = norm({ input }).to({ dtype: 'float32' }).pow(2).sum();
    expect(() => grad(sum, [input], { createGraph: true })).toThrow('no second derivative');
  });
});

test('what is not a number stays none behind ReLU', () => {
  tidy(() => {
    const input = bfloat16('input', [2, 8, 3, 3]);
    input.select(1, 3).fill_(NaN);
    const output = norm({ input });
    expect(output.isnan().sum().item()).toBe(2 * 9);
  });
});
