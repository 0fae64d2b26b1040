/**
 * Data to take along: links that carry a file in themselves, so that they work without network and without a script.
 *
 * @module
 */
import { csvText, type CsvValue } from './csv.js';
import { type Markup, markup } from './markup.js';

/** A table as a CSV file; the first row is its head. */
export function csvDownload(name: string, rows: readonly (readonly CsvValue[])[]): Markup {
  return markup`<p class="download">${fileLink(`${name}.csv`, 'text/csv', csvText(rows), 'Download as CSV')}</p>`;
}

/** A link that saves `content` under a name; base64, since it is then an attribute value as it stands. */
export function fileLink(file: string, type: string, content: string, label: string): Markup {
  const base64 = Buffer.from(content, 'utf8').toString('base64');
  return markup`<a download="${file}" href="data:${type};charset=utf-8;base64,${base64}">${label}</a>`;
}

/** In characters; with four bytes each still a name that file systems take. */
const LONGEST_NAME = 60;

/** Words joined to the name of a file that any system takes: letters and digits of any script, dots and dashes. */
export function fileName(...words: readonly (string | number)[]): string {
  return words
    .join('-')
    .replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')
    .replaceAll(/-{2,}/g, '-')
    .replaceAll(/^[-.]+|[-.]+$/g, '')
    .slice(0, LONGEST_NAME);
}
