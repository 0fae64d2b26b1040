/**
 * The table of results: a row a run, a column for the clean error and one for each attack with its settings.
 *
 * @module
 */
import type { Doubt } from '../evaluation/masking/verdict.js';
import type { EvaluationResult, RobustErrorRate } from '../evaluation/results.js';
import { dataTable, type DataCell } from './data-table.js';
import { csvDownload } from './download.js';
import { attackName, attackSettings, count, interval, sampledBound, percent } from './format.js';
import { type Markup, markup } from './markup.js';
import { notice } from './notice.js';
import type { Run } from './read-run.js';
import { resultsRows } from './results-rows.js';

/** A column: the same attack with other settings is another measurement, so it is another column. */
interface AttackColumn {
  /** The key of the evaluation's attacks. */
  readonly attack: string;
  readonly name: string;
  readonly settings: string;
}

/** Renders the table, and below it what could not be read. */
export function resultsTable(runs: readonly Run[]): Markup {
  const columns = attackColumns(runs);
  const differ = new Set(runs.flatMap(({ evaluation: { value } }) => (value === null ? [] : [dataOf(value)]))).size > 1;
  const table = dataTable({
    className: 'results',
    caption: markup`Share of images the network gets wrong, with its 95&nbsp;% interval. ${dataSets(runs)}`,
    columns: [
      { title: 'Run' },
      { title: 'Training' },
      { title: 'Architecture' },
      { title: 'Clean error', note: 'no attack', className: 'number' },
      ...columns.map(({ name, settings }) => ({ title: `${name} robust error`, note: settings, className: 'number' })),
    ],
    rows: runs.map((run) => row(run, columns, differ)),
  });
  return markup`${table}
${csvDownload('results', resultsRows(runs))}
${runs.map((run) => (run.evaluation.value === null ? notice(`${run.name}: not evaluated`, run.evaluation.reason) : null))}
${runs.flatMap((run) => run.remarks.map((remark) => notice(run.name, remark)))}`;
}

/** @param differ whether runs were measured on different images: then each row names its own */
function row(run: Run, columns: readonly AttackColumn[], differ: boolean): readonly DataCell[] {
  const evaluation = run.evaluation.value;
  const images = differ && evaluation !== null ? markup`<small>${dataOf(evaluation)}</small>` : null;
  return [
    { shown: markup`${run.name}${images}`, value: run.name },
    { shown: run.facts.training ?? '–', value: run.facts.training ?? null, label: 'Training' },
    { shown: run.facts.architecture ?? '–', value: run.facts.architecture ?? null, label: 'Architecture' },
    evaluation === null ? absent('Clean error') : rate({ ...evaluation.clean, label: 'Clean error', colour: 'clean' }),
    ...columns.map((column) => {
      const measured = evaluation?.attacks[column.attack];
      const label = `${column.name} robust error (${column.settings})`;
      return measured === undefined || attackSettings(measured) !== column.settings
        ? absent(label)
        : rate({ ...measured, error: measured.robustError, label, colour: 'attacked', bound: sampledBound(measured) });
    }),
  ];
}

interface ShownRate {
  readonly error: number;
  readonly interval: readonly [number, number];
  readonly colour: 'clean' | 'attacked';
  /** Names the column where a narrow screen shows no columns. */
  readonly label: string;
  /** What the error may be at most. */
  readonly bound?: string;
  readonly doubt?: Doubt | undefined;
}

function rate({ error, interval: bounds, colour, label, bound = '', doubt }: ShownRate): DataCell {
  const width = (error * 100).toFixed(1);
  return {
    className: 'number',
    label,
    value: error,
    shown: markup`<strong>${percent(error)}</strong>${doubtBeside(doubt)} <small>${interval(bounds)}</small>${bound === '' ? null : markup`<small class="bound">${bound}</small>`}
<span class="bar ${colour}" aria-hidden="true"><span style="inline-size:${width}%"></span></span>`,
  };
}

/** The verdict of the look for masked gradients, where it is not `pass`. */
function doubtBeside(doubt: Doubt | undefined): Markup | null {
  if (doubt === undefined) return null;
  return markup` <strong class="${doubt === 'fail' ? 'wrong' : 'suspect'}">${doubt}</strong>`;
}

function absent(label: string): DataCell {
  return { className: 'number', label, value: null, shown: markup`<span class="absent">not measured</span>` };
}

function attackColumns(runs: readonly Run[]): readonly AttackColumn[] {
  const columns = new Map<string, AttackColumn>();
  for (const run of runs) {
    const attacks: Readonly<Record<string, RobustErrorRate>> = run.evaluation.value?.attacks ?? {};
    for (const [attack, measured] of Object.entries(attacks)) {
      const column = { attack, name: attackName(attack, measured.label), settings: attackSettings(measured) };
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
