/**
 * A batch as plain data, which is how another thread gets it.
 *
 * @module
 */
import { pack, unpack, type Packed } from '../engine/index.js';
import type { Batch } from './dataset.js';

export interface PackedBatch {
  readonly images: Packed;
  readonly labels: Packed;
  readonly indices: Packed;
}

/** A copy of a batch's elements. */
export function packBatch({ images, labels, indices }: Batch): PackedBatch {
  return { images: pack(images), labels: pack(labels), indices: pack(indices) };
}

/** New tensors on the CPU of a packed batch. */
export function unpackBatch({ images, labels, indices }: PackedBatch): Batch {
  return { images: unpack(images), labels: unpack(labels), indices: unpack(indices) };
}

/** The examples of a batch from `start` up to `end`, as views. */
export function partOfBatch({ images, labels, indices }: Batch, start: number, end: number): Batch {
  const part = (tensor: Batch['images']) => tensor.narrow(0, start, end - start);
  return { images: part(images), labels: part(labels), indices: part(indices) };
}
