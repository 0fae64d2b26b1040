/**
 * What a check before an evaluation may find, and the form in which results keep it.
 *
 * @module
 */

/** The checks, in the order in which they run: an earlier one explains a later one. */
export const CHECKS = [
  'epsilon-scale',
  'input-range',
  'output-shape',
  'label-range',
  'finite-logits',
  'logits-not-probabilities',
  'evaluation-mode',
  'repeatable',
  'batch-size',
  'attack-network',
  'label-order',
] as const;

export type CheckName = (typeof CHECKS)[number];

/** Something a check found: `stop` forbids the evaluation, `note` is to be read beside its numbers. */
export interface Finding {
  readonly check: CheckName;
  readonly severity: 'stop' | 'note';
  /** What was expected, what was found, what to do. */
  readonly message: string;
}

/** What the checks say of a model and a data set that may be evaluated. */
export interface PreflightReport {
  /** How many images were looked at. */
  readonly examples: number;
  readonly passed: readonly CheckName[];
  readonly notes: readonly Finding[];
}

export function stop(check: CheckName, message: string): Finding {
  return { check, severity: 'stop', message };
}

export function note(check: CheckName, message: string): Finding {
  return { check, severity: 'note', message };
}
