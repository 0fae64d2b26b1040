/**
 * Evaluation with a reject option: where confidences lie, and the errors that are left at each threshold.
 *
 * @module
 */
import type { AtTruePositiveRate, ConfidenceResult } from '../evaluation/confidence/confidence-result.js';
import { confidenceHistogram } from './charts/confidence-histogram.js';
import { attackName, count, epsilon, normName, percent, plain } from './format.js';
import { type Markup, markup } from './markup.js';
import type { Run } from './read-run.js';

/** The rate whose threshold the chart marks. */
const MARKED = 0.99;

/** A card a run that was evaluated with thresholds; null where none was. */
export function confidenceSection(runs: readonly Run[]): Markup | null {
  const cards = runs.flatMap((run) => {
    const confidence = run.evaluation.value?.confidence;
    return confidence === undefined ? [] : [card(run.name, confidence)];
  });
  if (cards.length === 0) return null;
  return markup`<p>What if the network may refuse to answer where it is unsure? Thresholds keep a given share of the correctly
classified images of a held-out part; errors count only images that are answered.</p>
${cards}`;
}

function card(name: string, result: ConfidenceResult): Markup {
  const marked = result.atTpr.find(({ tpr }) => tpr === MARKED)?.threshold;
  return markup`<figure class="card wide">
<div><h3>${name}</h3>
${confidenceHistogram(name, result.histogram, marked)}</div>
<div class="scroll"><table class="plain">
<caption>${attackName(result.attack)}, ${normName(result.norm)}, ε = ${epsilon(result.epsilon)}, ${count(result.attempts, 'attempt')}, ${count(result.examples, 'image')}; thresholds
from ${count(result.validationExamples, 'other image')}. Area under the ROC: ${plain(Number(result.rocAuc.toFixed(3)))}.</caption>
<thead><tr><th scope="col">Kept</th><th scope="col">Threshold</th><th scope="col">Error</th><th scope="col">Robust error</th><th scope="col">FPR</th></tr></thead>
<tbody><tr><th scope="row">all</th><td>–</td><td>${percent(result.testError)}</td><td>${percent(result.robustTestError)}</td><td>–</td></tr>
${result.atTpr.map(row)}</tbody>
</table></div>
</figure>
`;
}

function row({ tpr, threshold, testError, robustTestError, fpr }: AtTruePositiveRate): Markup {
  return markup`<tr><th scope="row">${plain(tpr * 100)} %</th><td>${threshold.toFixed(3)}</td><td>${percent(testError)}</td><td>${percent(robustTestError)}</td><td>${percent(fpr)}</td></tr>
`;
}
