/**
 * Reproducible randomness. A stream is named by what it is for (seed, purpose, epoch, restart…); inside
 * it every example owns its numbers by its index in the data set. So a draw does not depend on batch
 * size, order, sharding or resume, and no global generator is read or written.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import type { Device } from './dtypes.js';
import { describeValue, requireInteger, SaddlepointError } from './errors.js';
import { native } from './native.js';
import { ops } from './operators.js';
import { tidy } from './scopes.js';
import { readShape, Tensor } from './tensor.js';

/** A named stream of random numbers; immutable, so it can be asked again and answers the same. */
export class RandomStream {
  readonly #name: string;
  readonly #low: number;
  readonly #high: number;

  constructor(...name: readonly (string | number)[]) {
    this.#name = JSON.stringify(name);
    const digest = createHash('sha256').update(this.#name).digest();
    this.#low = digest.readUInt32LE(0);
    this.#high = digest.readUInt32LE(4);
  }

  /** The stream of a part of this one's purpose, e.g. `stream.derive('restart', 3)`. */
  derive(...name: readonly (string | number)[]): RandomStream {
    return new RandomStream(this.#name, ...name);
  }

  /**
   * Uniform numbers on [0, 1) in steps of 2^-24, one row an example.
   *
   * @param indices int64 [N]: the examples' indices in their data set
   * @param shape the shape of one example's numbers
   * @returns float32 [N, ...shape] on `device`
   */
  uniform(indices: Tensor, shape: readonly number[], device: Device = 'cpu'): Tensor {
    if (!(indices instanceof Tensor) || indices.dtype !== 'int64' || indices.ndim !== 1) {
      throw new SaddlepointError(
        'ARGUMENT',
        `expected example indices as int64 [N], received ${describeTensor(indices)}`,
      );
    }
    const sizes = readShape(shape);
    return tidy(() => {
      const onCpu = indices.device === 'cpu' ? indices : indices.to({ device: 'cpu' });
      // Drawn on the CPU and moved: the same numbers on every device. From pinned memory a GPU fetches them by itself.
      const pinned = device !== 'cpu';
      const values = ops.empty([onCpu.size(0), ...sizes], {
        dtype: 'float32',
        ...(pinned && { pinMemory: true }),
      });
      native.fillUniform(values.handle, this.#low, this.#high, onCpu.handle);
      return pinned ? values.to({ device, nonBlocking: true }) : values;
    });
  }

  /** Standard normal numbers (Box and Muller 1958), one row an example; see {@link uniform}. */
  normal(indices: Tensor, shape: readonly number[], device: Device = 'cpu'): Tensor {
    const sizes = readShape(shape);
    return tidy(() => {
      const uniform = this.uniform(indices, [2, ...sizes], device);
      const radius = uniform.select(1, 0).neg().log1p().mul(-2).sqrt();
      return radius.mul(
        uniform
          .select(1, 1)
          .mul(2 * Math.PI)
          .cos(),
      );
    });
  }

  /** Whole numbers 0 ≤ n < bound, one row an example, as int64; see {@link uniform}. */
  integers(indices: Tensor, shape: readonly number[], bound: number, device: Device = 'cpu'): Tensor {
    requireInteger('the bound', bound, 1);
    return tidy(() =>
      this.uniform(indices, shape, device).to({ dtype: 'float64' }).mul(bound).floor().to({ dtype: 'int64' }),
    );
  }

  /** A random order of 0 … count - 1, as int64 [count] on the CPU. */
  permutation(count: number): Tensor {
    requireInteger('the count', count, 0);
    return tidy(() => {
      const draws = this.uniform(ops.arange(count, { dtype: 'int64' }), [2]).to({ dtype: 'float64' });
      const keys = draws.select(1, 0).add(draws.select(1, 1), { alpha: 2 ** -24 });
      return keys.sort({ stable: true, dim: 0 })[1];
    });
  }

  /** Numbers for a tensor that belongs to no example, such as a weight: float32 of the given shape. */
  uniformTensor(shape: readonly number[], device: Device = 'cpu'): Tensor {
    return tidy(() => this.uniform(ops.zeros([1], { dtype: 'int64' }), shape, device).squeeze(0));
  }

  /** As {@link uniformTensor}, standard normal. */
  normalTensor(shape: readonly number[], device: Device = 'cpu'): Tensor {
    return tidy(() => this.normal(ops.zeros([1], { dtype: 'int64' }), shape, device).squeeze(0));
  }
}

function describeTensor(value: unknown): string {
  return value instanceof Tensor ? String(value) : describeValue(value);
}
