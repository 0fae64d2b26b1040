/**
 * Evaluation with a reject option: where confidences lie, and the errors that are left at each threshold.
 *
 * @module
 */
import type { ConfidenceResult } from '../evaluation/confidence/confidence-result.js';
import { confidenceHistogram } from './charts/confidence-histogram.js';
import type { DrawChart } from './charts/render.js';
import type { CsvValue } from './csv.js';
import { type DataCell, dataTable } from './data-table.js';
import { csvDownload, fileName } from './download.js';
import { attackName, count, epsilon, normName, percent, plain } from './format.js';
import { type Markup, markup } from './markup.js';
import type { Run } from './read-run.js';

/** The rate whose threshold the chart marks. */
const MARKED = 0.99;

/** A card a run that was evaluated with thresholds; null where none was. */
export function confidenceSection(runs: readonly Run[], drawChart: DrawChart): Markup | null {
  const cards = runs.flatMap((run) => {
    const confidence = run.evaluation.value?.confidence;
    return confidence === undefined ? [] : [card(run.name, confidence, drawChart)];
  });
  if (cards.length === 0) return null;
  return markup`<p>What if the network may refuse to answer where it is unsure? Thresholds keep a given share of the correctly
classified images of a held-out part; errors count only images that are answered.</p>
${cards}`;
}

function card(name: string, result: ConfidenceResult, drawChart: DrawChart): Markup {
  const marked = result.atTpr.find(({ tpr }) => tpr === MARKED)?.threshold;
  return markup`<figure class="card wide">
<div><h3>${name}</h3>
${confidenceHistogram(name, result.histogram, marked, drawChart)}</div>
<div>${thresholds(result)}
${csvDownload(fileName('thresholds', name), csvRows(result))}</div>
</figure>
`;
}

function thresholds(result: ConfidenceResult): Markup {
  return dataTable({
    caption: markup`${attackName(result.attack)}, ${normName(result.norm)}, ε = ${epsilon(result.epsilon)}, ${count(result.attempts, 'attempt')}, ${count(result.examples, 'image')}; thresholds
from ${count(result.validationExamples, 'other image')}. Area under the ROC: ${plain(Number(result.rocAuc.toFixed(3)))}.`,
    columns: ['Kept', 'Threshold', 'Error', 'Robust error', 'FPR'].map((title) => ({ title })),
    rows: [
      [
        { shown: 'all', value: 1 },
        { shown: '–', value: null },
        share(result.testError),
        share(result.robustTestError),
        { shown: '–', value: null },
      ],
      ...result.atTpr.map(({ tpr, threshold, testError, robustTestError, fpr }) => [
        { shown: `${plain(tpr * 100)}\u00a0%`, value: tpr },
        { shown: threshold.toFixed(3), value: threshold },
        share(testError),
        share(robustTestError),
        share(fpr),
      ]),
    ],
  });
}

function share(value: number): DataCell {
  return { shown: percent(value), value };
}

function csvRows({ testError, robustTestError, atTpr }: ConfidenceResult): readonly (readonly CsvValue[])[] {
  return [
    ['kept', 'threshold', 'error', 'robust error', 'false positive rate'],
    [1, null, testError, robustTestError, null],
    ...atTpr.map((at) => [at.tpr, at.threshold, at.testError, at.robustTestError, at.fpr]),
  ];
}
