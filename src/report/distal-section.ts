/**
 * Distal adversarial examples: how much attacked noise a network takes for images at each threshold.
 *
 * @module
 */
import type { DistalResult } from '../evaluation/distal/distal-result.js';
import type { CsvValue } from './csv.js';
import { type DataCell, dataTable } from './data-table.js';
import { csvDownload, fileName } from './download.js';
import { count, epsilon, interval, normName, percent, plain } from './format.js';
import { type Markup, markup } from './markup.js';
import type { Run } from './read-run.js';

/** A card a run whose network was shown noise; null where none was. */
export function distalSection(runs: readonly Run[]): Markup | null {
  const cards = runs.flatMap((run) => {
    const distal = run.evaluation.value?.distal;
    return distal === undefined ? [] : [card(run.name, distal)];
  });
  if (cards.length === 0) return null;
  return markup`<p>Does the network know that it does not know? Noise was attacked until the network was as sure of some
class as it can be made. Thresholds keep a given share of the correctly classified images of a held-out part; the
detection error is the share of the noise that passes them, too.</p>
${cards}`;
}

function card(name: string, result: DistalResult): Markup {
  return markup`<figure class="card">
<div><h3>${name}</h3>
${dataTable({
  caption: captionOf(result),
  columns: ['Kept', 'Threshold', 'Detection error', '95\u00a0% interval', 'Before the attack'].map((title) => ({
    title,
  })),
  rows: result.atTpr.map((at) => [
    { shown: `${plain(at.tpr * 100)}\u00a0%`, value: at.tpr },
    { shown: at.threshold.toFixed(3), value: at.threshold },
    share(at.fpr),
    { shown: interval(at.interval), value: at.interval[0] },
    share(at.noiseFpr),
  ]),
})}
${csvDownload(fileName('distal', name), csvRows(result))}</div>
</figure>
`;
}

function share(value: number): DataCell {
  return { shown: percent(value), value };
}

function csvRows({ atTpr }: DistalResult): readonly (readonly CsvValue[])[] {
  return [
    ['kept', 'threshold', 'detection error', 'low', 'high', 'before the attack'],
    ...atTpr.map((at) => [at.tpr, at.threshold, at.fpr, ...at.interval, at.noiseFpr]),
  ];
}

function captionOf(result: DistalResult): string {
  const { examples, noise, norm, steps, restarts, validationExamples, testExamples, rocAuc, meanConfidence } = result;
  return (
    `${count(examples, 'image')} of ${noise} noise, PGD for confidence in any class, ${normName(norm)}, ` +
    `ε = ${epsilon(result.epsilon)}, ${count(steps, 'step')}, ${count(restarts, 'restart')}; ` +
    `thresholds from ${count(validationExamples, 'clean image')}. Area under the ROC against ` +
    `${count(testExamples, 'other clean image')}: ${plain(Number(rocAuc.toFixed(3)))}; ` +
    `mean confidence in noise ${meanConfidence.toFixed(3)}.`
  );
}
