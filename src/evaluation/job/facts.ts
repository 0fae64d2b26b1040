/**
 * What the parts of a job share.
 *
 * @module
 */
import type { Split } from '../../data/index.js';
import { tensor, tidy } from '../../engine/index.js';
import type { Progress } from '../../monitoring/index.js';
import type { Module } from '../../nn/index.js';
import type { NetworkSource } from '../provenance/index.js';
import type { Parallel } from './attack-workers.js';
import type { EvaluationBackend, EvaluationOrder } from './identity.js';
import type { Ledger } from './ledger.js';
import type { AttackPlan } from './plan.js';
import type { Selection } from './selection.js';

/** What every job is told. */
export interface JobOptions {
  readonly model: Module;
  /** Where the network comes from. With `load` the verifier reads it from its file anew. */
  readonly source?: NetworkSource | undefined;
  /** The whole test set, on the model's device. */
  readonly split: Split;
  readonly dataset: { readonly name: string; readonly classes: readonly string[] };
  readonly selection: Selection;
  readonly seed: number;
  /** Examples at once; changes speed, not results beyond float rounding. Default 100. */
  readonly batchSize?: number | undefined;
  /** How the attacks' inner loop computes, asked when a job begins without a backend. Default: plain. */
  readonly chooseBackend?: (() => EvaluationBackend) | undefined;
  /** Threads that share the attacks; changes speed, not results beyond float rounding. Default: this thread alone. */
  readonly parallel?: Parallel | undefined;
  /** Where the state lies. */
  readonly folder: string;
  readonly progress?: Progress | undefined;
  /** Told at once what should not wait for the end, in a sentence. */
  readonly onWarning?: ((sentence: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How whoever has a job's result ends it. */
export interface JobEnd {
  /** To be called when the result is written: the saved state goes. Until then, the job can be run again at no cost. */
  readonly finish: () => void;
  /** Instead: the state stays, for another process. */
  readonly close: () => void;
}

export interface JobFacts {
  readonly plan: AttackPlan;
  readonly split: Split;
  readonly selection: Selection;
  readonly dataset: { readonly name: string; readonly classes: readonly string[] };
  readonly seed: number;
  readonly order: EvaluationOrder;
  readonly ledger: Ledger;
}

/** The selected examples' classes. */
export function readLabels({ split, selection }: Pick<JobFacts, 'split' | 'selection'>): number[] {
  return tidy(() => {
    const where = tensor(BigInt64Array.from(selection.positions, BigInt), { device: split.labels.device });
    return split.labels.indexSelect(0, where).toNumbers();
  });
}
