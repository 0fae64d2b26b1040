/**
 * What the parts of a job share.
 *
 * @module
 */
import type { Split } from '../../data/index.js';
import { tensor, tidy } from '../../engine/index.js';
import type { EvaluationOrder } from './identity.js';
import type { Ledger } from './ledger.js';
import type { AttackPlan } from './plan.js';
import type { Selection } from './selection.js';

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
