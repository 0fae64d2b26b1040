/**
 * Paired tests in words and in a table.
 *
 * @module
 */
import { points } from '../corruption-rows.js';
import { type DataCell } from '../data-table.js';
import { count } from '../format.js';
import type { PairedMeasure } from './pair-results.js';

export const PAIRED_EXPLANATION =
  'Differences are the second error minus the first on the same images, in percentage points, with their 95 % ' +
  'interval by the paired bootstrap; p is that of McNemar’s exact test, two-sided, not corrected for how many ' +
  'tests there are. They speak of these two networks and this choice of images, not of other trainings.';

/** e.g. `0.0038`, `<0.0001`. */
export function pText(value: number): string {
  return value < 1e-4 ? '<0.0001' : value.toPrecision(2);
}

/** e.g. `+2.3 points [0.8, 3.8]`. */
export function differenceText({ difference, interval }: PairedMeasure): string {
  return `${points(difference)} points [${interval.map(points).join(', ')}]`;
}

/** A sentence, which names the runs. */
export function pairSentence(first: string, second: string, measure: PairedMeasure): string {
  const { name, settings, images, firstOnly, secondOnly, bothWrong, pValue, notes } = measure;
  return [
    `${name} of ${second} beside ${first} (${settings}): ${differenceText(measure)}, p ` +
      pText(pValue).replace(/^(?=\d)/, '= '),
    `of ${count(images, 'image')} ${bothWrong} are wrong for both, ${firstOnly} for ${first} alone, ` +
      `${secondOnly} for ${second} alone`,
    ...notes,
  ].join('; ');
}

export const PAIRED_COLUMNS = ['Difference', 'Wrong for both', 'First alone', 'Second alone', 'p'] as const;

/** The cells of {@link PAIRED_COLUMNS}. */
export function pairCells(measure: PairedMeasure): DataCell[] {
  const { difference, bothWrong, firstOnly, secondOnly, pValue } = measure;
  const whole = (value: number) => ({ shown: value.toLocaleString('en-US'), value });
  return [
    { shown: differenceText(measure), value: difference },
    whole(bothWrong),
    whole(firstOnly),
    whole(secondOnly),
    { shown: pText(pValue), value: pValue },
  ];
}
