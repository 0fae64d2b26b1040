/**
 * A transfer matrix as a page and as text.
 *
 * @module
 */
import type { TransferMatrix } from '../../evaluation/transfer/index.js';
import { dataTable } from '../data-table.js';
import { attackSettings, percent } from '../format.js';
import { htmlDocument } from '../html-document.js';
import { markup } from '../markup.js';
import { terminalTable, terminalWidth, wrap } from '../terminal/terminal-table.js';

const TITLE = 'Transfer between networks';

function explanation({ attack, label, examples, seed }: TransferMatrix): string {
  const settings = attackSettings({ ...attack, restarts: 1, examples });
  return (
    'Errors in per cent of test images, attacked on the network of the row and shown to that of the column; where ' +
    `they are the same, the attack saw the network. ${label}: ${settings}, seed ${seed}.`
  );
}

function rowsOf({ networks, clean, errors }: TransferMatrix) {
  return [
    { name: 'not attacked', rates: clean },
    ...networks.map((name, row) => ({ name: `attacked on ${name}`, rates: errors[row]! })),
  ];
}

/** What a terminal shows of it. */
export function transferText(matrix: TransferMatrix, width: number = terminalWidth()): string {
  const rows = rowsOf(matrix).map(({ name, rates }) => [name, ...rates.map(({ error }) => percent(error))]);
  return `${terminalTable(['error of', ...matrix.networks], rows, width)}\n${wrap(explanation(matrix), width)}`;
}

/** One self-contained HTML file. */
export function transferPage(matrix: TransferMatrix): string {
  const table = dataTable({
    caption: explanation(matrix),
    columns: ['error of', ...matrix.networks].map((title) => ({ title })),
    rows: rowsOf(matrix).map(({ name, rates }) => [
      { shown: name },
      ...rates.map(({ error }, column) => ({
        shown: percent(error),
        value: error,
        className: 'number',
        label: matrix.networks[column]!,
      })),
    ]),
  });
  return htmlDocument(
    TITLE,
    markup`<header><h1>${TITLE}</h1></header>
<main>
<section id="matrix"><div class="card">${table}</div></section>
</main>`,
  );
}
