/**
 * What goes to and fro between a job and its workers: plain data, without a tensor.
 *
 * @module
 */
import type { PackedBatch } from '../../data/index.js';
import type { Packed, PackedState } from '../../engine/index.js';
import type { ModelDescription } from '../../models/index.js';
import type { EvaluationBackend } from './identity.js';
import type { PlanSource } from './plan.js';

/** What a worker begins with. */
export interface WorkerStart {
  readonly description: ModelDescription;
  readonly state: PackedState;
  readonly backend: EvaluationBackend;
}

/** A round of attack on some images. */
export interface WorkerTask {
  readonly source: PlanSource;
  readonly stage: string;
  readonly round: number;
  readonly seed: number;
  /** `errors`: the images the network itself gets wrong; `all`: every image, in the batch's order. */
  readonly wanted: 'errors' | 'all';
  readonly batch: PackedBatch;
}

export interface WorkerAnswer {
  readonly rows: readonly number[];
  readonly images: Packed | undefined;
  /** Of a transformation: what the images were made with. */
  readonly parameters?: Packed | undefined;
  readonly unanswered: readonly number[];
}
