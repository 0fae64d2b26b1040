/**
 * What golden tests of whole networks share: weights that both sides make from names, and digests of tensors. See
 * scripts/golden/make_models.py.
 *
 * @module
 */
import { expect } from 'vitest';
import { noGrad, tensor, tidy, type Tensor } from '../engine/index.js';
import type { Module } from '../nn/index.js';

/** The norm of a tensor and its product with the pattern of its name. */
export type Digest = readonly [norm: number, product: number];

/** Numbers in [-0.5, 0.5) that depend on the name and the position alone. */
export function pattern(name: string, count: number): Float64Array {
  let key = 0;
  for (const letter of Buffer.from(name)) key = (Math.imul(key, 31) + letter) >>> 0;
  return Float64Array.from({ length: count }, (_, i) => {
    let x = (Math.imul(i, 2654435761) + key) >>> 0;
    x = Math.imul(x ^ (x >>> 15), 2246822519) >>> 0;
    x = Math.imul(x ^ (x >>> 13), 3266489917) >>> 0;
    return ((x ^ (x >>> 16)) >>> 0) / 2 ** 32 - 0.5;
  });
}

export function fill(model: Module): void {
  tidy(() =>
    noGrad(() => {
      for (const [name, value] of model.stateDict()) {
        if (name.endsWith('num_batches_tracked')) continue;
        let numbers = pattern(name, value.numel());
        if (value.ndim > 1) numbers = numbers.map((x) => x * Math.sqrt(24 / (value.numel() / value.size(0))));
        else if (/(weight|running_var)$/.test(name)) numbers = numbers.map((x) => 1 + 0.4 * x);
        value.copy_(tensor(numbers, { shape: value.shape, dtype: 'float32' }));
      }
    }),
  );
}

export function imagesOf(name: string, shape: readonly number[]): Tensor {
  const count = shape.reduce((product, length) => product * length, 1);
  return tensor(
    pattern(name, count).map((x) => x * 1.2 + 0.5),
    { shape, dtype: 'float32' },
  );
}

/** Both numbers agree, relative to the norms: the product may cancel. */
export function expectDigest(name: string, value: Tensor, [norm, product]: Digest, tolerance: number): void {
  const numbers = value.toNumbers();
  const weights = pattern(name, numbers.length);
  const scale = Math.max(norm, 1e-3);
  const received = Math.sqrt(numbers.reduce((sum, x) => sum + x * x, 0));
  const weighed = numbers.reduce((sum, x, i) => sum + x * weights[i]!, 0);
  expect(Math.abs(received - norm) / scale, `the norm of ${name}`).toBeLessThan(tolerance);
  expect(Math.abs(weighed - product) / scale, `the product of ${name}`).toBeLessThan(tolerance);
}
