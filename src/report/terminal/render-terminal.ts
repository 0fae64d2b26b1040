/**
 * Stutz's table in a terminal.
 *
 * @module
 */
import { plainSpaces } from '../format.js';
import { cellsOf, columnsOf, notesOf, renderMarkdown, type ResultsTable } from '../table/index.js';
import { terminalTable, terminalWidth, wrap } from './terminal-table.js';

/** No wider than the terminal; Markdown for a file or a pipe. */
export function renderTerminal(table: ResultsTable, width: number = terminalWidth()): string {
  if (width === Infinity) return renderMarkdown(table);
  const groups = table.groups.map((group) => {
    const { head, rows } = cellsOf(group, columnsOf(table));
    return `${wrap(plainSpaces(group.title), width)}\n${terminalTable(head, rows, width)}`;
  });
  return `${[...groups, ...notesOf(table).map((note) => wrap(note, width))].join('\n\n')}\n`;
}
