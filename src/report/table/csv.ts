/**
 * The table as comma-separated values (RFC 4180): a row a network, errors and their intervals as fractions.
 *
 * @module
 */
import { csvText } from '../csv.js';
import type { Cell, ResultsTable } from './build-table.js';
import { columnsOf, isError, valueOf } from './columns.js';

export function renderCsv(table: ResultsTable): string {
  const columns = columnsOf(table);
  const head = [
    'Budget',
    ...columns.flatMap(({ key, title }) => (isError(key) ? [title, `${title} from`, `${title} to`] : [title])),
  ];
  const rows = table.groups.flatMap(({ title, rows }) =>
    rows.map((row) => [title, ...columns.flatMap(({ key }) => valuesOf(valueOf(row, key)))]),
  );
  return csvText([head, ...rows]);
}

function valuesOf(cell: Cell | string): (string | number)[] {
  if (typeof cell === 'string') return [cell];
  return [cell.error, cell.interval?.[0] ?? '', cell.interval?.[1] ?? ''];
}
