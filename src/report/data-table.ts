/**
 * A table of figures that a reader can sort: each cell carries the value it is sorted by beside what it shows.
 *
 * @module
 */
import { type Markup, markup, type MarkupValue } from './markup.js';

/** A column's head. */
export interface Column {
  readonly title: string;
  /** A second, smaller line. */
  readonly note?: string;
  /** How the rows stand already. */
  readonly sorted?: 'ascending' | 'descending';
  readonly className?: string;
}

/** A cell: what it shows, and what it is sorted by; `null` sorts last, and without a value the text counts. */
export interface DataCell {
  readonly shown: MarkupValue;
  readonly value?: number | string | null;
  readonly className?: string;
  /** The name of its column, where a narrow screen shows no head. */
  readonly label?: string;
}

export interface DataTable {
  readonly caption: MarkupValue;
  readonly columns: readonly Column[];
  /** The first cell of a row is its head. */
  readonly rows: readonly (readonly DataCell[])[];
  readonly className?: string;
}

/** Renders the table in a frame that scrolls where the page is too narrow; fewer than two rows are not sortable. */
export function dataTable({ caption, columns, rows, className = 'plain' }: DataTable): Markup {
  const sortable = rows.length > 1 ? markup` data-sortable` : null;
  return markup`<div class="scroll"><table class="${className}"${sortable}>
<caption>${caption}</caption>
<thead><tr>${columns.map(head)}</tr></thead>
<tbody>${rows.map(
    (row) => markup`<tr>${row.map(cell)}</tr>
`,
  )}</tbody>
</table></div>`;
}

function head({ title, note, sorted, className }: Column): Markup {
  const order = sorted === undefined ? null : markup` aria-sort="${sorted}"`;
  return markup`<th scope="col"${classOf(className)}${order}>${title}${note === undefined ? null : markup`<small>${note}</small>`}</th>`;
}

function cell({ shown, value, className, label }: DataCell, index: number): Markup {
  const attributes = [
    classOf(className),
    label === undefined ? null : markup` data-label="${label}"`,
    value === undefined ? null : markup` data-value="${value ?? ''}"`,
  ];
  return index === 0 ? markup`<th scope="row"${attributes}>${shown}</th>` : markup`<td${attributes}>${shown}</td>`;
}

function classOf(name: string | undefined): Markup | null {
  return name === undefined ? null : markup` class="${name}"`;
}
