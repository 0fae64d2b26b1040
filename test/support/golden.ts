/**
 * Reads golden files, see scripts/golden/common.py for what they hold.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { tensor, type DType, type Tensor } from '../../src/engine/index.js';
import { unpackNumbers, type PackedTensor } from './matchers.js';

export interface GoldenFile<Case> {
  /** The PyTorch that computed it. */
  readonly torch: string;
  readonly seed: number;
  readonly about: string;
  readonly cases: readonly Case[];
}

export function readGolden<Case>(name: string): GoldenFile<Case> {
  const file = new URL(`../golden/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as GoldenFile<Case>;
}

export function isPacked(value: unknown): value is PackedTensor {
  return typeof value === 'object' && value !== null && 'dtype' in value && 'data' in value;
}

/** Makes the tensor a golden file holds. */
export function unpack({ shape, dtype, data }: PackedTensor): Tensor {
  return tensor(Float64Array.from(unpackNumbers(data)), { shape, dtype: dtype as DType });
}
