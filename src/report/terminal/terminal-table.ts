/**
 * A table that is as wide as the terminal: as it is where it fits, with wrapped cells where it can, else a row below
 * the other.
 *
 * @module
 */
import Table from 'cli-table3';

/** Of the frame about one cell, and of its end. */
const [FRAME, EDGE] = [3, 1];
/** Columns that a wrapped text has at least, however narrow the terminal. */
const NARROWEST = 12;

/** Columns of the terminal that is printed to; Infinity for a file or a pipe, whose reader has no width. */
export function terminalWidth(): number {
  return process.stdout.isTTY ? process.stdout.columns : Infinity;
}

/** @param width columns that a line has at most, unless a single word is longer */
export function terminalTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  width: number = terminalWidth(),
): string {
  const columns = head.map((title, column) => [title, ...rows.map((row) => row[column] ?? '')]);
  const natural = columns.map((cells) => Math.max(...cells.map((cell) => cell.length)));
  const least = columns.map((cells) => Math.max(...cells.flatMap(unbreakable).map((part) => part.length)));
  const widths = shareOut(natural, least, width - FRAME * head.length - EDGE);
  if (widths === undefined) return records(head, rows, width);
  const lines = (row: readonly string[]) => row.map((cell, column) => wrap(cell, widths[column]!));
  const table = new Table({ head: lines(head), style: { head: [], border: [] } });
  table.push(...rows.map(lines));
  return table.toString();
}

/** The text in lines of at most so many columns, broken between words. */
export function wrap(text: string, width: number): string {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (const part of unbreakable(paragraph)) {
      const longer = line === '' ? part : `${line} ${part}`;
      if (line !== '' && longer.length > width) {
        lines.push(line);
        line = part;
      } else line = longer;
    }
    lines.push(paragraph.length <= width ? paragraph : line); // what fits keeps its own spaces
  }
  return lines.join('\n');
}

/** Words, but for a number with its per cent and an interval, which belong together. */
function unbreakable(text: string): string[] {
  return text.match(/\[[^\]]*\]\S*|\S+(?: %\S*)?/g) ?? [''];
}

/** Widths of the columns: the widest give way first, none to less than its least; undefined where that is too wide. */
function shareOut(natural: readonly number[], least: readonly number[], available: number): number[] | undefined {
  for (let most = Math.max(...natural); most > 0; most -= 1) {
    const widths = natural.map((wanted, column) => Math.max(least[column]!, Math.min(wanted, most)));
    if (widths.reduce((sum, one) => sum + one) <= available) return widths;
  }
  return undefined;
}

/** A paragraph for each row, a line for each of its cells. */
function records(head: readonly string[], rows: readonly (readonly string[])[], width: number): string {
  const indent = Math.max(...head.map((title) => title.length)) + 2;
  const room = Math.max(NARROWEST, width - indent);
  const line = (title: string, cell: string) =>
    `${title.padEnd(indent)}${wrap(cell, room).replaceAll('\n', `\n${' '.repeat(indent)}`)}`.trimEnd();
  return rows.map((row) => head.map((title, column) => line(title, row[column] ?? '')).join('\n')).join('\n\n');
}
