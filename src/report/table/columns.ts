/**
 * The columns of the table, for every format that shows them.
 *
 * @module
 */
import type { Cell, Row } from './build-table.js';

const COLUMNS: readonly { readonly key: keyof Row; readonly title: string }[] = [
  { key: 'model', title: 'Model' },
  { key: 'training', title: 'Training' },
  { key: 'source', title: 'Source' },
  { key: 'budget', title: 'Attacked with' },
  { key: 'clean', title: 'Clean error' },
  { key: 'pgd', title: 'PGD robust error' },
  { key: 'autoattack', title: 'AutoAttack robust error' },
  { key: 'certified', title: 'Certified error' },
];

/** The columns of a table with these rows: certificates have one only where there are any. */
export function columnsOf(rows: readonly Row[]): typeof COLUMNS {
  const certified = rows.some((row) => row.certified !== undefined);
  return COLUMNS.filter(({ key }) => key !== 'certified' || certified);
}

/** What a row has in a column. */
export function valueOf(row: Row, key: keyof Row): Cell | string {
  return row[key] ?? 'not run';
}

export const EXPLANATION =
  'Share of images that the network gets wrong, with its 95 % interval in brackets. Robust error counts every image that is ' +
  'misclassified as it is or under attack; of several attacks of a kind the one that found most errors.';
