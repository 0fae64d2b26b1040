/**
 * What the children of bfloat16-kernels.test.ts have in common: drawn numbers, and how far results are from float64's.
 *
 * @module
 */
import { RandomStream, tidy, type Tensor } from '../../../src/engine/index.js';

/** Uniform in [-1, 1), by the name. */
export const draw = (name: string, shape: readonly number[]) =>
  tidy(() => new RandomStream('bfloat16', name).uniformTensor(shape).mul(2).sub(1));
export const rounded = (values: Tensor) => values.to({ dtype: 'bfloat16' });
export const exact = (values: Tensor) => values.detach().to({ dtype: 'float64' });

export function leaf(values: Tensor): Tensor {
  const taken = values.detach();
  taken.requiresGrad = true;
  return taken;
}

/** Of the largest value, at least one. */
export function difference(actual: Tensor, expected: Tensor): number {
  if (expected.numel() === 0) return 0;
  const scale = Math.max(1, exact(expected).abs().amax().item());
  return exact(actual).sub(exact(expected)).abs().amax().item() / scale;
}
