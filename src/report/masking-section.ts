/**
 * The gradient-masking report: a verdict a run, and what each indicator found.
 *
 * @module
 */
import type { Indicator, MaskingReport, Verdict } from '../evaluation/masking/verdict.js';
import { count, epsilon, normName } from './format.js';
import { type Markup, markup } from './markup.js';
import type { Run } from './read-run.js';

const WORDS: Readonly<Record<Verdict, string>> = {
  pass: 'pass: nothing speaks against the robust error',
  suspect: 'suspect: read the robust error with what is listed here',
  fail: 'fail: the attack fails, so the robust error is too low to be true',
};

/** A card a run that has a masking report; null where no run has. */
export function maskingSection(runs: readonly Run[]): Markup | null {
  const cards = runs.flatMap((run) => {
    const masking = run.evaluation.value?.masking;
    return masking === undefined ? [] : [card(run.name, masking)];
  });
  return cards.length === 0 ? null : markup`${cards}`;
}

function card(name: string, report: MaskingReport): Markup {
  return markup`<figure class="card">
<figcaption><h3>${name}</h3>
<p><strong class="${colour(report.verdict)}">${WORDS[report.verdict]}</strong>
<small>${normName(report.norm)}, ε = ${epsilon(report.epsilon)}, ${count(report.examples, 'image')} that the network gets right</small></p></figcaption>
<div class="scroll"><table class="plain">
<caption>Signs that gradients are hidden from the attack rather than errors absent.</caption>
<tbody>${report.indicators.map(row)}</tbody>
</table></div>
</figure>
`;
}

function row({ title, verdict, reason, action }: Indicator): Markup {
  return markup`<tr><th scope="row">${title}</th><td class="${colour(verdict)}">${verdict}</td>
<td>${reason}.${action === '' ? null : markup` <strong>${action}</strong>`}</td></tr>
`;
}

/** Green, quiet, red; the word itself says it too. */
function colour(verdict: Verdict): string {
  return { pass: 'right', suspect: 'suspect', fail: 'wrong' }[verdict];
}
