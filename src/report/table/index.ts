/**
 * Stutz's table, from the folders of runs: needs no engine.
 *
 * @module
 */
import { extname } from 'node:path';
import { describeValue, SaddlepointError } from '../../engine/errors.js';
import type { ResultsTable } from './build-table.js';
import { renderCsv } from './csv.js';
import { renderHtml } from './html.js';
import { renderJson } from './json.js';
import { renderLatex } from './latex.js';
import { renderMarkdown } from './markdown.js';

const TITLE = 'Clean and robust error';

/** How each kind of file is written. */
const FORMATS: Readonly<Record<string, (table: ResultsTable) => string>> = {
  '.md': renderMarkdown,
  '.json': renderJson,
  '.csv': renderCsv,
  '.tex': renderLatex,
  '.html': (table) => renderHtml(table, TITLE),
};

/**
 * The writer for a file, by the end of its name.
 *
 * @throws SaddlepointError ARGUMENT for another end than .md, .json, .csv, .tex or .html
 */
export function tableFormat(path: string): (table: ResultsTable) => string {
  const format = FORMATS[extname(path).toLowerCase()];
  if (format !== undefined) return format;
  const known = Object.keys(FORMATS).join(', ');
  throw new SaddlepointError('ARGUMENT', `expected a file that ends in ${known}, received ${describeValue(path)}`);
}

export { buildPairedTable, buildTable, type NamedRun, type ResultsTable } from './build-table.js';
export { renderJson } from './json.js';
export { columnsOf } from './columns.js';
export { cellsOf, notesOf, renderMarkdown } from './markdown.js';
