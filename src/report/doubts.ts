/**
 * What speaks against a robust error, said in the same breath as the number.
 *
 * @module
 */
import type { Doubt } from '../evaluation/masking/verdict.js';
import type { EvaluationResult, RobustErrorRate } from '../evaluation/results.js';
import { list, percent } from './format.js';

/** A mark of doubt, and what it means here. */
export interface Reservation {
  /** `partial` where stages of the attack were tried on a part of the images alone. */
  readonly mark: Doubt | 'partial';
  readonly run: string;
  readonly sentence: string;
}

const MEANING: Readonly<Record<Doubt, string>> = {
  suspect: 'There are signs that the attack could not search: the error may be larger',
  fail: 'The attack failed to search, so the error is too low to be true',
};

/** The marks on the robust error of one run; none where nothing speaks against it. */
export function doubtsOf(
  run: string,
  rate: RobustErrorRate | undefined,
  { bound }: EvaluationResult,
): readonly Reservation[] {
  const found: Reservation[] = [];
  if (rate?.doubt !== undefined) found.push({ mark: rate.doubt, run, sentence: MEANING[rate.doubt] });
  if (rate?.atMost !== undefined) {
    const stages = bound === undefined ? 'some stages' : list(bound.stages);
    found.push({
      mark: 'partial',
      run,
      sentence: `Of the attack, ${stages} ran on a sample of the images; had they run on all, the error would be at most ${percent(rate.atMost)} (with 95\u00a0% confidence)`,
    });
  }
  return found;
}
