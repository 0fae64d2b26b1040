/**
 * What a page and a terminal show of an evaluation on common corruptions.
 *
 * @module
 */
import type { CorruptionResult } from '../evaluation/corruptions/corruption-result.js';
import { count, percent } from './format.js';

/** One corruption, in fractions. */
export interface CorruptionRow {
  readonly name: string;
  readonly standard: boolean;
  /** At each severity, the mildest first. */
  readonly errors: readonly number[];
  readonly mean: number;
}

/** In the order in which they were measured: the standard ones first. */
export function corruptionRows({ corruptions, examples }: CorruptionResult): CorruptionRow[] {
  return corruptions.map(({ name, standard, errors: counts }) => {
    const errors = counts.map((wrong) => wrong / examples);
    return { name, standard, errors, mean: errors.reduce((sum, error) => sum + error, 0) / errors.length };
  });
}

/** How many severities there are. */
export function severitiesOf({ corruptions }: CorruptionResult): number {
  return Math.max(0, ...corruptions.map(({ errors }) => errors.length));
}

/** e.g. `mean over 15 corruptions and 5 severities, 10,000 images each`; of fewer corruptions, that it is partial. */
export function describeMean(result: CorruptionResult): string {
  const { corruptions, missing, examples } = result;
  const standard = corruptions.filter((one) => one.standard).length;
  const kinds =
    missing.length === 0
      ? `mean over ${count(standard, 'corruption')}`
      : `partial mean over ${standard} of ${count(standard + missing.length, 'corruption')}`;
  return `${kinds} and ${severitiesOf(result)} severities, ${count(examples, 'image')} each`;
}

/** e.g. `+12.3 points above the clean error`. */
export function describeAboveClean({ aboveClean }: CorruptionResult): string {
  return aboveClean === null ? '' : `${points(aboveClean)} points beside the clean error`;
}

/** A difference of two rates in percentage points, with its sign. */
export function points(difference: number): string {
  const digits = (100 * Math.abs(difference)).toFixed(1);
  return digits === '0.0' ? '0.0' : `${difference < 0 ? '−' : '+'}${digits}`;
}

/** Of the mean, where there is one. */
export function meanText({ meanError }: CorruptionResult): string {
  return meanError === null ? 'none of the standard corruptions was there' : percent(meanError);
}
