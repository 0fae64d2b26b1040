/**
 * The table as Markdown, with columns of even width, so that it is a table in a terminal too.
 *
 * @module
 */
import { beside, interval, percent } from '../format.js';
import type { Cell, Group, ResultsTable } from './build-table.js';
import { COLUMNS, EXPLANATION } from './columns.js';

/** Renders every group with its heading, then the notes. */
export function renderMarkdown(table: ResultsTable): string {
  const parts = [
    ...table.groups.map((group) => `### ${plainSpaces(group.title)}\n\n${grid(group)}`),
    ...(table.groups.length === 0 ? [] : [EXPLANATION]),
    ...table.notes.map((note, index) => `[${index + 1}] ${plainSpaces(note)}`),
    ...table.remarks.map((remark) => `Note: ${plainSpaces(remark)}.`),
    ...table.problems.map((problem) => `Not shown: ${plainSpaces(problem)}.`),
  ];
  return `${parts.join('\n\n')}\n`;
}

function grid({ rows }: Group): string {
  const lines = [COLUMNS.map(({ title }) => title), ...rows.map((row) => COLUMNS.map(({ key }) => cellText(row[key])))];
  const widths = COLUMNS.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  const [head, ...body] = lines.map((line) => `| ${line.map((text, column) => text.padEnd(widths[column]!)).join(' | ')} |`); // prettier-ignore
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [head, rule, ...body].join('\n');
}

function cellText(cell: Cell | string): string {
  if (typeof cell === 'string') return plainSpaces(cell).replaceAll('|', '\\|');
  const bounds = cell.interval === null ? '' : ` (${interval(cell.interval)})`;
  const notes = cell.notes.map((note) => `[${note}]`).join('');
  return plainSpaces(`${percent(cell.error)}${beside(cell.doubt)}${bounds}${notes === '' ? '' : ` ${notes}`}`);
}

/** Spaces that keep words together are for pages; in a file of text they are found by no search. */
function plainSpaces(text: string): string {
  return text.replaceAll('\u00a0', ' ');
}
