/**
 * The table of results: a row a run, a column for the clean error and one for each attack with its settings.
 *
 * @module
 */
import type { Doubt } from '../evaluation/masking/verdict.js';
import type { EvaluationResult, RobustErrorRate } from '../evaluation/results.js';
import { attackName, attackSettings, count, interval, lazyBound, percent } from './format.js';
import { type Markup, markup } from './markup.js';
import { notice } from './notice.js';
import type { Run } from './read-run.js';

/** A column: the same attack with other settings is another measurement, so it is another column. */
interface AttackColumn {
  readonly attack: string;
  readonly settings: string;
}

/** Renders the table, and below it what could not be read. */
export function resultsTable(runs: readonly Run[]): Markup {
  const columns = attackColumns(runs);
  const differ = new Set(runs.flatMap(({ evaluation: { value } }) => (value === null ? [] : [dataOf(value)]))).size > 1;
  return markup`<div class="scroll">
<table class="results">
<caption>Share of images the network gets wrong, with its 95&nbsp;% interval. ${dataSets(runs)}</caption>
<thead><tr>
<th scope="col">Run</th><th scope="col">Training</th><th scope="col">Architecture</th>
<th scope="col" class="number">Clean error<small>no attack</small></th>
${columns.map(
  (column) =>
    markup`<th scope="col" class="number">${attackName(column.attack)} robust error<small>${column.settings}</small></th>`,
)}
</tr></thead>
<tbody>
${runs.map((run) => row(run, columns, differ))}
</tbody>
</table>
</div>
${runs.map((run) => (run.evaluation.value === null ? notice(`${run.name}: not evaluated`, run.evaluation.reason) : null))}
${runs.flatMap((run) => run.remarks.map((remark) => notice(run.name, remark)))}`;
}

/** @param differ whether runs were measured on different images: then each row names its own */
function row(run: Run, columns: readonly AttackColumn[], differ: boolean): Markup {
  const evaluation = run.evaluation.value;
  return markup`<tr>
<th scope="row">${run.name}${differ && evaluation !== null ? markup`<small>${dataOf(evaluation)}</small>` : null}</th><td data-label="Training">${run.facts.training ?? '–'}</td><td data-label="Architecture">${run.facts.architecture ?? '–'}</td>
${evaluation === null ? absent('Clean error') : rate(evaluation.clean.error, evaluation.clean.interval, 'clean', 'Clean error')}
${columns.map((column) => {
  const measured = evaluation?.attacks[column.attack];
  const label = `${attackName(column.attack)} robust error (${column.settings})`;
  return measured === undefined || attackSettings(measured) !== column.settings
    ? absent(label)
    : rate(measured.robustError, measured.interval, 'attacked', label, lazyBound(measured), measured.doubt);
})}
</tr>
`;
}

/** A cell; `label` names its column where a narrow screen shows no columns, `bound` is what the error may be at most. */
function rate(
  error: number,
  bounds: readonly [number, number],
  colour: 'clean' | 'attacked',
  label: string,
  bound = '',
  doubt?: Doubt,
): Markup {
  const width = (error * 100).toFixed(1);
  return markup`<td class="number" data-label="${label}"><strong>${percent(error)}</strong>${doubtBeside(doubt)} <small>${interval(bounds)}${bound === '' ? '' : `; ${bound}`}</small>
<span class="bar ${colour}" aria-hidden="true"><span style="inline-size:${width}%"></span></span></td>`;
}

/** The verdict of the look for masked gradients, where it is not `pass`. */
function doubtBeside(doubt: Doubt | undefined): Markup | null {
  if (doubt === undefined) return null;
  return markup` <strong class="${doubt === 'fail' ? 'wrong' : 'suspect'}">${doubt}</strong>`;
}

function absent(label: string): Markup {
  return markup`<td class="number" data-label="${label}"><span class="absent">not measured</span></td>`;
}

function attackColumns(runs: readonly Run[]): readonly AttackColumn[] {
  const columns = new Map<string, AttackColumn>();
  for (const run of runs) {
    const attacks: Readonly<Record<string, RobustErrorRate>> = run.evaluation.value?.attacks ?? {};
    for (const [attack, measured] of Object.entries(attacks)) {
      const column = { attack, settings: attackSettings(measured) };
      columns.set(`${attack}\n${column.settings}`, column);
    }
  }
  return [...columns.values()];
}

/** e.g. `fashion-mnist, test[0:1000]` */
function dataOf({ dataset, split }: EvaluationResult): string {
  return `${dataset}, ${split}`;
}

/** On what the runs were measured; usually the same for all. */
function dataSets(runs: readonly Run[]): string {
  const sentences = runs.flatMap((run) => {
    const evaluation = run.evaluation.value;
    return evaluation === null
      ? []
      : [`Measured on ${evaluation.dataset}, ${evaluation.split}, ${count(evaluation.clean.examples, 'image')}.`];
  });
  return [...new Set(sentences)].join(' ');
}
