/**
 * The columns of the table, for every format that shows them.
 *
 * @module
 */
import type { Cell, ResultsTable, Row } from './build-table.js';

export type Columns = readonly { readonly key: keyof Row; readonly title: string }[];

const COLUMNS: Columns = [
  { key: 'model', title: 'Model' },
  { key: 'training', title: 'Training' },
  { key: 'source', title: 'Source' },
  { key: 'budget', title: 'Attacked with' },
  { key: 'clean', title: 'Clean error' },
  { key: 'pgd', title: 'PGD robust error' },
  { key: 'autoattack', title: 'AutoAttack robust error' },
  { key: 'certified', title: 'Certified error' },
  { key: 'corruptions', title: 'Corruption error' },
];
/** Columns that are there only where some run has something in them. */
const WHERE_MEASURED: readonly (keyof Row)[] = ['certified', 'corruptions'];

export function columnsOf({ groups }: Pick<ResultsTable, 'groups'>): Columns {
  const isMeasured = (key: keyof Row) => groups.some(({ rows }) => rows.some((row) => row[key] !== undefined));
  return COLUMNS.filter(({ key }) => !WHERE_MEASURED.includes(key) || isMeasured(key));
}

/** Whether a column has error rates. */
export function isError(key: string): key is 'clean' | 'pgd' | 'autoattack' | 'certified' | 'corruptions' {
  return ['clean', 'pgd', 'autoattack', 'certified', 'corruptions'].includes(key);
}

/** What a row has in a column. */
export function valueOf(row: Row, key: keyof Row): Cell | string {
  return row[key] ?? 'not run';
}

export const EXPLANATION =
  'Share of images that the network gets wrong, with its 95 % interval in brackets. Robust error counts every image that is ' +
  'misclassified as it is or under attack; of several attacks of a kind the one that found most errors.';
