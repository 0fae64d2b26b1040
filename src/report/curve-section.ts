/**
 * The charts of a report: how each training went, and robust error against the budget.
 *
 * @module
 */
import { type CurvePoint, type MarkedEpsilon, type RobustCurve, robustCurveChart } from './charts/robust-curve.js';
import { trainingCurves } from './charts/training-curves.js';
import { count, normName } from './format.js';
import { type Markup, markup } from './markup.js';
import { MOST_POINTS } from './metrics-series.js';
import { notice } from './notice.js';
import type { Run } from './read-run.js';

/** One card a run with its curves of error, loss and learning rate. */
export function trainingSection(runs: readonly Run[]): Markup {
  return markup`<p>Of the errors, dashed lines are measured on batches while training, solid ones on validation images.
A tag with more than ${MOST_POINTS} records is averaged over equal stretches.</p>
<div class="cards">${runs.map(trainingCard)}</div>`;
}

function trainingCard(run: Run): Markup {
  const metrics = run.metrics.value;
  const charts = metrics === null ? [] : trainingCurves(run.name, metrics.records);
  const reason = run.metrics.value === null ? run.metrics.reason : 'metrics.jsonl holds none of the tags drawn here';
  return markup`<figure class="card">
<figcaption><h3>${run.name}</h3></figcaption>
${charts.length === 0 ? notice('No training curves', reason) : charts}
${metrics !== null && metrics.unreadable > 0 ? notice('Incomplete', `metrics.jsonl has ${count(metrics.unreadable, 'line')} that cannot be read`) : null}
</figure>
`;
}

/** Robust error against the budget: a chart for each norm that was measured. */
export function robustSection(runs: readonly Run[]): Markup {
  const norms = new Set(runs.flatMap((run) => run.evaluation.value?.curve.map((point) => point.norm) ?? []));
  const silent = runs.filter((run) => (run.evaluation.value?.curve.length ?? 0) === 0);
  return markup`${[...norms].map((norm) => robustFigure(norm, runs))}
${silent.map((run) =>
  notice(
    `${run.name}: no curve`,
    run.evaluation.value === null ? run.evaluation.reason : 'robust error was not measured against growing budgets',
  ),
)}`;
}

function robustFigure(norm: string, runs: readonly Run[]): Markup {
  const curves = runs.map((run) => curveOf(run, norm)).filter((curve) => curve.points.length > 0);
  const settings = new Set(
    runs.flatMap((run) =>
      (run.evaluation.value?.curve ?? [])
        .filter((point) => point.norm === norm && point.epsilon > 0)
        .map(
          (point) =>
            `${point.attack.toUpperCase()}, ${count(point.steps, 'step')}, ${count(point.restarts, 'restart')}, ${count(point.examples, 'image')}`,
        ),
    ),
  );
  return markup`<figure class="card wide">
<div>${robustCurveChart(norm, curves, markedEpsilons(norm, runs))}</div>
<figcaption><p>How often each network errs when the attacker may change every image by at most ε (${normName(norm)}).
The band is the 95&nbsp;% interval; ε&nbsp;=&nbsp;0 is the clean error.</p>
<p>Measured with ${[...settings].join('; ')}.</p></figcaption>
</figure>`;
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
