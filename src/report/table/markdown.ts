/**
 * The table as Markdown, with columns of even width, so that it is a table in a terminal too.
 *
 * @module
 */
import { beside, interval, percent, plainSpaces } from '../format.js';
import { PAIRED_EXPLANATION, pairSentence } from '../paired/index.js';
import type { Cell, Group, ResultsTable } from './build-table.js';
import { columnsOf, EXPLANATION, valueOf, type Columns } from './columns.js';

/** Renders every group with its heading, then the notes. */
export function renderMarkdown(table: ResultsTable): string {
  const groups = table.groups.map((group) => `### ${plainSpaces(group.title)}\n\n${grid(group, columnsOf(table))}`);
  return `${[...groups, ...notesOf(table)].join('\n\n')}\n`;
}

/** What stands below the tables, a paragraph each. */
export function notesOf(table: ResultsTable): string[] {
  return [
    ...(table.groups.length === 0 ? [] : [EXPLANATION]),
    ...table.notes.map((note, index) => `[${index + 1}] ${plainSpaces(note)}`),
    ...table.remarks.map((remark) => `Note: ${plainSpaces(remark)}.`),
    ...pairedNotes(table),
    ...table.problems.map((problem) => `Not shown: ${plainSpaces(problem)}.`),
  ];
}

/** A sentence a measurement that two runs have in common. */
function pairedNotes({ paired }: ResultsTable): string[] {
  if (paired === undefined) return [];
  const { first, second, measures } = paired;
  const sentences = measures.map((measure) => `Paired: ${plainSpaces(pairSentence(first, second, measure))}.`);
  return [...sentences, PAIRED_EXPLANATION];
}

/** The titles of the columns and the rows below them, as text. */
export function cellsOf({ rows }: Group, columns: Columns): { readonly head: string[]; readonly rows: string[][] } {
  return {
    head: columns.map(({ title }) => title),
    rows: rows.map((row) => columns.map(({ key }) => cellText(valueOf(row, key)))),
  };
}

function grid(group: Group, columns: Columns): string {
  const { head: titles, rows } = cellsOf(group, columns);
  const lines = [titles, ...rows].map((line) => line.map((text) => text.replaceAll('|', '\\|')));
  const widths = columns.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  const [head, ...body] = lines.map(
    (line) => `| ${line.map((text, column) => text.padEnd(widths[column]!)).join(' | ')} |`,
  );
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [head, rule, ...body].join('\n');
}

function cellText(cell: Cell | string): string {
  if (typeof cell === 'string') return plainSpaces(cell);
  const bounds = cell.interval === null ? '' : ` (${interval(cell.interval)})`;
  const notes = cell.notes.map((note) => `[${note}]`).join('');
  return plainSpaces(`${percent(cell.error)}${beside(cell.doubt)}${bounds}${notes === '' ? '' : ` ${notes}`}`);
}
