/**
 * The columns of the table, for every format that shows them.
 *
 * @module
 */
import type { ResultsTable, Row } from './build-table.js';

export type Columns = readonly { readonly key: keyof Row; readonly title: string }[];

const COLUMNS: Columns = [
  { key: 'model', title: 'Model' },
  { key: 'training', title: 'Training' },
  { key: 'source', title: 'Source' },
  { key: 'budget', title: 'Attacked with' },
  { key: 'clean', title: 'Clean error' },
  { key: 'pgd', title: 'PGD robust error' },
  { key: 'autoattack', title: 'AutoAttack robust error' },
];
const CORRUPTIONS: Columns = [{ key: 'corruptions', title: 'Corruption error' }];

/** That of common corruptions only where some run was measured on them. */
export function columnsOf({ groups }: Pick<ResultsTable, 'groups'>): Columns {
  const corrupted = groups.some(({ rows }) => rows.some(({ corruptions }) => corruptions !== undefined));
  return corrupted ? [...COLUMNS, ...CORRUPTIONS] : COLUMNS;
}

/** Whether a column has error rates. */
export function isError(key: string): key is 'clean' | 'pgd' | 'autoattack' | 'corruptions' {
  return ['clean', 'pgd', 'autoattack', 'corruptions'].includes(key);
}

export const EXPLANATION =
  'Share of images that the network gets wrong, with its 95 % interval in brackets. Robust error counts every image that is ' +
  'misclassified as it is or under attack; of several attacks of a kind the one that found most errors.';
