/**
 * The table as comma-separated values (RFC 4180): a row a network, errors and their intervals as fractions.
 *
 * @module
 */
import type { Cell, ResultsTable } from './build-table.js';
import { COLUMNS } from './columns.js';

export function renderCsv(table: ResultsTable): string {
  const head = [
    'Budget',
    ...COLUMNS.flatMap(({ key, title }) => (isError(key) ? [title, `${title} from`, `${title} to`] : [title])),
  ];
  const rows = table.groups.flatMap(({ title, rows }) =>
    rows.map((row) => [title, ...COLUMNS.flatMap(({ key }) => valuesOf(row[key]))]),
  );
  return [head, ...rows].map((values) => `${values.map(quoted).join(',')}\r\n`).join('');
}

const isError = (key: string): boolean => ['clean', 'pgd', 'autoattack'].includes(key);

function valuesOf(cell: Cell | string): (string | number)[] {
  if (typeof cell === 'string') return [cell];
  return [cell.error, cell.interval?.[0] ?? '', cell.interval?.[1] ?? ''];
}

function quoted(value: string | number): string {
  const text = String(value).replaceAll('\u00a0', ' ');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
