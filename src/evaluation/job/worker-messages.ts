/**
 * What goes to and fro between a job and its workers: plain data, without a tensor.
 *
 * @module
 */
import { tensor, type DType, type Tensor, type TypedArray } from '../../engine/index.js';
import type { ModelDescription } from '../../models/index.js';
import type { EvaluationForm } from './identity.js';
import type { PlanSource } from './plan.js';

/** A tensor as another thread can have it. */
export interface Packed {
  readonly data: TypedArray;
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** What a worker begins with. */
export interface WorkerStart {
  readonly description: ModelDescription;
  readonly state: ReadonlyMap<string, Packed>;
  readonly form: EvaluationForm;
  /** Of its operators. */
  readonly threads: number;
}

/** A round of attack on some images. */
export interface WorkerTask {
  readonly source: PlanSource;
  readonly stage: string;
  readonly round: number;
  readonly seed: number;
  /** As `Batch`. */
  readonly images: Packed;
  readonly labels: Packed;
  readonly indices: Packed;
}

export type WorkerAnswer =
  | { readonly rows: readonly number[]; readonly images: Packed | undefined }
  | { readonly failed: { readonly code: string | undefined; readonly message: string; readonly stack: string } };

export function pack(tensor: Tensor): Packed {
  return { data: tensor.toTypedArray(), shape: tensor.shape, dtype: tensor.dtype };
}

export function unpack({ data, shape, dtype }: Packed): Tensor {
  return tensor(data, { shape, dtype });
}
