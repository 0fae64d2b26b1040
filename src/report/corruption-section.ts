/**
 * Errors on common corruptions: a row a corruption, a column a severity.
 *
 * @module
 */
import type { CorruptionResult } from '../evaluation/corruptions/corruption-result.js';
import { corruptionRows, describeAboveClean, describeMean, meanText, severitiesOf } from './corruption-rows.js';
import { type DataCell, dataTable } from './data-table.js';
import { csvDownload, fileName } from './download.js';
import { interval, list, percent } from './format.js';
import { type Markup, markup } from './markup.js';
import type { Run } from './read-run.js';

/** A card a run that was measured on corruptions; null where none was. */
export function corruptionSection(runs: readonly Run[]): Markup | null {
  const cards = runs.flatMap((run) => {
    const corruptions = run.evaluation.value?.corruptions;
    return corruptions === undefined ? [] : [card(run.name, corruptions)];
  });
  if (cards.length === 0) return null;
  return markup`<p>No attack: the test images under noise, blur, weather and compression, in five severities
(Hendrycks and Dietterich, 2019). The mean counts every image alike and is over the standard corruptions;
extra ones stand below it.</p>
${cards}`;
}

function card(name: string, result: CorruptionResult): Markup {
  const { meanError, interval: bounds, missing } = result;
  const above = bounds === null ? null : markup` (${interval(bounds)}), ${describeAboveClean(result)}`;
  const absent = missing.length === 0 ? null : markup` Missing: ${list(missing)}.`;
  return markup`<figure class="card">
<figcaption><h3>${name}: ${meanText(result)}</h3>
<p>${meanError === null ? null : describeMean(result)}${above}.${absent}</p></figcaption>
${table(result)}
${csvDownload(fileName('corruptions', name), csvRows(result))}
</figure>
`;
}

function table(result: CorruptionResult): Markup {
  const severities = Array.from({ length: severitiesOf(result) }, (_, i) => i);
  return dataTable({
    caption: `Errors on ${result.data.name}, ${result.data.selection}, corrupted.`,
    columns: [{ title: 'Corruption' }, ...severities.map((i) => ({ title: `Severity ${i + 1}` })), { title: 'Mean' }],
    rows: corruptionRows(result).map(({ name, standard, errors, mean }) => [
      { shown: markup`${name.replaceAll('_', ' ')}${standard ? null : markup`<small>extra</small>`}`, value: name },
      ...severities.map((i) => cell(errors[i])),
      cell(mean),
    ]),
  });
}

function cell(error: number | undefined): DataCell {
  if (error === undefined) return { shown: '–', value: null };
  return {
    value: error,
    shown: markup`${percent(error)}
<span class="bar attacked" aria-hidden="true"><span style="inline-size:${(100 * error).toFixed(1)}%"></span></span>`,
  };
}

function csvRows(result: CorruptionResult): readonly (readonly (string | number)[])[] {
  const { corruptions, examples } = result;
  const rows = corruptions.flatMap(({ name, standard, errors }) =>
    errors.map((wrong, i) => [name, standard ? 'standard' : 'extra', i + 1, examples, wrong, wrong / examples]),
  );
  return [['corruption', 'kind', 'severity', 'images', 'errors', 'error'], ...rows];
}
