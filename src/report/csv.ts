/**
 * Comma-separated values (RFC 4180), for tables that leave a page.
 *
 * @module
 */

/** What a cell may hold; `null` is an empty cell. */
export type CsvValue = string | number | null;

/** Lines of values, the head first, each ended as the standard asks. */
export function csvText(rows: readonly (readonly CsvValue[])[]): string {
  return rows.map((values) => `${values.map(quoted).join(',')}\r\n`).join('');
}

function quoted(value: CsvValue): string {
  const text = String(value ?? '').replaceAll('\u00a0', ' ');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
