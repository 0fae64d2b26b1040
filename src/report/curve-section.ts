/**
 * Robust error against the budget: the curve of each run, and its values beside it.
 *
 * @module
 */
import { type CurvePoint, type MarkedEpsilon, type RobustCurve, robustCurveChart } from './charts/robust-curve.js';
import type { DrawChart } from './charts/render.js';
import { dataTable } from './data-table.js';
import { csvDownload, fileName } from './download.js';
import { attackName, count, epsilon, interval, normName, percent, searchedIn } from './format.js';
import { type Markup, markup } from './markup.js';
import { notices } from './notice.js';
import type { Run } from './read-run.js';

/**
 * Of more curves than this the intervals do not fit beside the chart: its bands, hover values and CSV file have them.
 */
const MOST_BESIDE = 3;

/** A chart for each norm that was measured, and a notice for each run without a curve. */
export function curveSection(runs: readonly Run[], drawChart: DrawChart): Markup {
  const norms = new Set(runs.flatMap((run) => run.evaluation.value?.curve.map((point) => point.norm) ?? []));
  const silent = runs.flatMap(({ name, evaluation }) => {
    if (evaluation.value === null) return [{ run: name, reason: evaluation.reason }];
    return evaluation.value.curve.length > 0
      ? []
      : [{ run: name, reason: 'robust error was not measured against growing budgets' }];
  });
  return markup`${[...norms].map((norm) => figure(norm, runs, drawChart))}
${notices('no curve', silent)}`;
}

function figure(norm: string, runs: readonly Run[], drawChart: DrawChart): Markup {
  const curves = runs.map((run) => curveOf(run, norm)).filter((curve) => curve.points.length > 0);
  return markup`<p>How often each network errs when the attacker may change every image by at most ε (${normName(norm)}).
The band is the 95&nbsp;% interval; ε&nbsp;=&nbsp;0 is the clean error.</p>
<figure class="card wide${curves.length > MOST_BESIDE ? ' many' : ''}">
<div>${robustCurveChart(norm, curves, markedEpsilons(norm, runs), drawChart)}</div>
<div>${valuesTable(norm, curves, settingsOf(norm, runs))}
${csvDownload(fileName('robust-error', norm), csvRows(norm, curves))}</div>
</figure>`;
}

function valuesTable(norm: string, curves: readonly RobustCurve[], settings: readonly string[]): Markup {
  const budgets = [...new Set(curves.flatMap(({ points }) => points.map((point) => point.epsilon)))].sort(
    (a, b) => a - b,
  );
  return dataTable({
    caption: `Robust error in ${normName(norm)}, measured with ${settings.join('; ')}.`,
    columns: [{ title: 'ε', sorted: 'ascending' }, ...curves.map(({ name }) => ({ title: name }))],
    rows: budgets.map((budget) => [
      { shown: epsilon(budget), value: budget },
      ...curves.map(({ points }) => {
        const point = points.find((one) => one.epsilon === budget);
        if (point === undefined) return { shown: '–', value: null };
        const sure = curves.length > MOST_BESIDE ? null : markup` <small>${interval(point.interval)}</small>`;
        return { shown: markup`${percent(point.error)}${sure}`, value: point.error };
      }),
    ]),
  });
}

function csvRows(norm: string, curves: readonly RobustCurve[]): readonly (readonly (string | number)[])[] {
  const rows = curves.flatMap(({ name, points }) =>
    points.map((point) => [name, norm, point.epsilon, point.error, ...point.interval]),
  );
  return [['run', 'norm', 'epsilon', 'robust error', 'from', 'to'], ...rows];
}

/** The attacks of the curves, each once. */
function settingsOf(norm: string, runs: readonly Run[]): readonly string[] {
  const points = runs.flatMap((run) => run.evaluation.value?.curve ?? []);
  const attacked = points.filter((point) => point.norm === norm && point.epsilon > 0);
  const settings = attacked.map(({ attack, label, steps, restarts, backend, examples }) => {
    const effort = [count(steps, 'step'), count(restarts, 'restart'), ...searchedIn({ backend })];
    return [attackName(attack, label), ...effort, count(examples, 'image')].join(', ');
  });
  return [...new Set(settings)];
}

function curveOf(run: Run, norm: string): RobustCurve {
  const evaluation = run.evaluation.value;
  const measured = (evaluation?.curve ?? []).filter((point) => point.norm === norm);
  const points: CurvePoint[] = measured.map((point) => ({ ...point, error: point.robustError }));
  // A budget of nothing is the clean error; it belongs to the curve only where the images are the same ones.
  const clean = evaluation?.clean;
  const sameImages =
    clean !== undefined && measured.length > 0 && measured.every((point) => point.examples === clean.examples);
  if (sameImages && !points.some((point) => point.epsilon === 0)) points.push({ epsilon: 0, ...clean });
  return { name: run.name, points: points.sort((first, second) => first.epsilon - second.epsilon) };
}

/** The budgets of training and of evaluation; one mark where they are the same. */
function markedEpsilons(norm: string, runs: readonly Run[]): readonly MarkedEpsilon[] {
  const reasons = new Map<number, Set<string>>();
  const add = (value: number, reason: string): void => {
    reasons.set(value, (reasons.get(value) ?? new Set()).add(reason));
  };
  for (const { facts } of runs) {
    if (facts.trainedEpsilon !== undefined && (facts.trainedNorm ?? norm) === norm)
      add(facts.trainedEpsilon, 'trained');
  }
  for (const run of runs) {
    for (const attack of Object.values(run.evaluation.value?.attacks ?? {})) {
      if (attack.norm === norm) add(attack.epsilon, 'evaluated');
    }
  }
  return [...reasons].map(([epsilon, words]) => ({ epsilon, reason: [...words].join(' and ') }));
}
