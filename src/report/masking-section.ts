/**
 * The gradient-masking report: a verdict a run, and what each indicator found.
 *
 * @module
 */
import type { MaskingReport, Verdict } from '../evaluation/masking/verdict.js';
import { dataTable } from './data-table.js';
import { csvDownload, fileName } from './download.js';
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
${indicators(report)}
${csvDownload(fileName('masking', name), csvRows(report))}
</figure>
`;
}

/** A verdict sorts by how bad it is. */
const SEVERITY: Readonly<Record<Verdict, number>> = { pass: 0, suspect: 1, fail: 2 };

function indicators(report: MaskingReport): Markup {
  return dataTable({
    caption: 'Signs that gradients are hidden from the attack rather than errors absent.',
    columns: [{ title: 'What should be so' }, { title: 'Verdict' }, { title: 'What was seen' }],
    rows: report.indicators.map(({ title, verdict, reason, action }) => [
      { shown: title },
      { shown: verdict, value: SEVERITY[verdict], className: colour(verdict) },
      { shown: markup`${reason}.${action === '' ? null : markup` <strong>${action}</strong>`}` },
    ]),
  });
}

function csvRows(report: MaskingReport): readonly (readonly string[])[] {
  const rows = report.indicators.map(({ title, verdict, reason, action }) => [title, verdict, reason, action]);
  return [['sign', 'verdict', 'reason', 'action'], ...rows];
}

/** Green, quiet, red; the word itself says it too. */
function colour(verdict: Verdict): string {
  return { pass: 'right', suspect: 'suspect', fail: 'wrong' }[verdict];
}
