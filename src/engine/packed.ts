/**
 * Tensors as plain data, which is how another thread gets them.
 *
 * @module
 */
import type { DType, TypedArray } from './dtypes.js';
import { tensor, type Tensor } from './tensor.js';

export interface Packed {
  readonly data: TypedArray;
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** A copy of a tensor's elements. */
export function pack(tensor: Tensor): Packed {
  return { data: tensor.toTypedArray(), shape: tensor.shape, dtype: tensor.dtype };
}

/** A new tensor on the CPU. */
export function unpack({ data, shape, dtype }: Packed): Tensor {
  return tensor(data, { shape, dtype });
}

/** A state dict as plain data. */
export type PackedState = ReadonlyMap<string, Packed>;

/** A copy of a state dict as plain data. */
export function packState(state: ReadonlyMap<string, Tensor>): PackedState {
  return new Map(Array.from(state, ([name, value]) => [name, pack(value)]));
}

/** New tensors on the CPU of a packed state dict. */
export function unpackState(state: PackedState): Map<string, Tensor> {
  return new Map(Array.from(state, ([name, packed]) => [name, unpack(packed)]));
}

/** What need not be copied once more when a message takes it to another thread; it is gone here then. */
export function transferable(packed: Iterable<Packed>): ArrayBuffer[] {
  return Array.from(packed, ({ data }) => data.buffer as ArrayBuffer);
}
