/**
 * The table as a self-contained HTML page, in the style of the reports.
 *
 * @module
 */
import { beside, interval, percent } from '../format.js';
import { plainHtmlDocument } from '../html-document.js';
import { type Markup, markup } from '../markup.js';
import { notice } from '../notice.js';
import type { Cell, Empty, Group, ResultsTable, Row } from './build-table.js';
import { columnsOf, EXPLANATION, isError, valueOf, type Columns } from './columns.js';
import { PAIRED_EXPLANATION, pairSentence } from '../paired/index.js';

/** Numbers of notes are quiet, and readable on dark pages. */
const LINKS = 'sup a{color:inherit}';

/** Renders the whole document. */
export function renderHtml(table: ResultsTable, title: string): string {
  return plainHtmlDocument(
    title,
    markup`<header><p class="kind">Saddlepoint table</p><h1>${title}</h1></header>
<main>
${table.groups.map((group) => section(group, columnsOf(table)))}
${pairedPart(table)}
<section><h2>Notes</h2>
<p>${EXPLANATION}</p>
<ol>${table.notes.map((note, index) => markup`<li id="note-${index + 1}">${note}</li>`)}</ol>
${table.remarks.map((remark) => notice('Not known', remark))}
${table.problems.map((problem) => notice('Not shown', problem))}
</section>
</main>`,
    LINKS,
  );
}

function section(group: Group, columns: Columns): Markup {
  return markup`<section><h2>${group.title}</h2>
<div class="scroll"><table class="results">
<thead><tr>${columns.map(({ title }) => markup`<th scope="col">${title}</th>`)}</tr></thead>
<tbody>
${group.rows.map((values) => row(values, columns))}
</tbody>
</table></div></section>`;
}

/** Two runs compared image by image, where that was asked for. */
function pairedPart({ paired }: ResultsTable): Markup | null {
  if (paired === undefined) return null;
  const { first, second, measures } = paired;
  return markup`<section><h2>Paired tests</h2>
<ul>${measures.map((measure) => markup`<li>${pairSentence(first, second, measure)}.</li>`)}</ul>
<p>${PAIRED_EXPLANATION}</p></section>`;
}

function row(values: Row, columns: Columns): Markup {
  const cells = columns.map(({ key, title }) => {
    const value = valueOf(values, key);
    if (key === 'model') return markup`<th scope="row">${value as string}</th>`;
    return isError(key)
      ? markup`<td class="number" data-label="${title}">${error(values[key] ?? 'not run', key)}</td>`
      : markup`<td data-label="${title}">${value as string}</td>`;
  });
  return markup`<tr>${cells}</tr>
`;
}

function error(cell: Cell | Empty, column: string): Markup {
  if (typeof cell === 'string') return markup`<span class="absent">${cell}</span>`;
  const colour = column === 'clean' ? 'clean' : 'attacked';
  const notes = cell.notes.map((note) => markup`<sup><a href="#note-${note}">${note}</a></sup> `);
  return markup`<strong>${percent(cell.error)}${beside(cell.doubt)}</strong>${notes} ${cell.interval === null ? null : markup`<small>${interval(cell.interval)}</small>`}
<span class="bar ${colour}" aria-hidden="true"><span style="inline-size:${(cell.error * 100).toFixed(1)}%"></span></span>`;
}
