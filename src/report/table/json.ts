/**
 * The table as JSON, for programs: errors are fractions, and a cell without one says why.
 *
 * @module
 */
import { ARTICLE } from './article.js';
import type { ResultsTable } from './build-table.js';

export function renderJson(table: ResultsTable): string {
  return `${JSON.stringify({ article: ARTICLE, ...table }, plainSpaces, 2)}\n`;
}

function plainSpaces(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll('\u00a0', ' ') : value;
}
