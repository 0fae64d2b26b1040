/**
 * Two runs compared image by image, on the report's page.
 *
 * @module
 */
import { dataTable } from '../data-table.js';
import { list } from '../format.js';
import { type Markup, markup } from '../markup.js';
import type { Run } from '../read-run.js';
import { PAIRED_COLUMNS, PAIRED_EXPLANATION, pairCells } from './describe-pair.js';
import { pairResults } from './pair-results.js';

/** Of exactly two runs that were measured with the same attacks on the same images; null for any others. */
export function pairedSection(runs: readonly Run[]): Markup | null {
  const [first, second, third] = runs;
  if (first === undefined || second === undefined || third !== undefined) return null;
  const { measures } = pairResults(first.results, second.results);
  if (measures.length === 0) return null;
  const notes = [...new Set(measures.flatMap((measure) => measure.notes))];
  const table = dataTable({
    caption: `First: ${first.name}. Second: ${second.name}. ${PAIRED_EXPLANATION}`,
    columns: ['Error', ...PAIRED_COLUMNS].map((title) => ({ title })),
    rows: measures.map((measure) => [
      { shown: markup`${measure.name}<small>${measure.settings}</small>`, value: measure.name },
      ...pairCells(measure),
    ]),
  });
  return markup`<div class="card">${table}</div>
${notes.length === 0 ? null : markup`<p>To be read with it: ${list(notes)}.</p>`}`;
}
