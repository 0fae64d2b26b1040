/**
 * How each training went: curves of error, loss and learning rate.
 *
 * @module
 */
import { DRAWN_TAGS, trainingCurves } from './charts/training-curves.js';
import type { DrawChart } from './charts/render.js';
import { csvDownload, fileName } from './download.js';
import { count } from './format.js';
import { type Markup, markup } from './markup.js';
import { MOST_POINTS, series } from './metrics-series.js';
import { notices } from './notice.js';
import type { Run } from './read-run.js';

/** A card a run that has curves, and below them what is missing and why. */
export function trainingSection(runs: readonly Run[], drawChart: DrawChart): Markup {
  const drawn = runs.map((run) => ({ run, charts: chartsOf(run, drawChart) }));
  const cards = drawn.filter(({ charts }) => charts.length > 0);
  return markup`${
    cards.length === 0
      ? null
      : markup`<p>Of the errors, dashed lines are measured on batches while training, solid ones on validation images.
A tag with more than ${MOST_POINTS} records is averaged over equal stretches.</p>
<div class="cards">${cards.map(({ run, charts }) => card(run, charts))}</div>`
  }
${notices(
  'no training curves',
  drawn.flatMap(({ run, charts }) => (charts.length === 0 ? [missing(run)] : [])),
)}
${notices('incomplete', runs.flatMap(incomplete))}`;
}

function chartsOf({ name, metrics }: Run, drawChart: DrawChart): readonly Markup[] {
  return metrics.value === null ? [] : trainingCurves(name, metrics.value.records, drawChart);
}

function card(run: Run, charts: readonly Markup[]): Markup {
  return markup`<figure class="card">
<figcaption><h3>${run.name}</h3></figcaption>
${charts}
${csvDownload(fileName('training', run.name), valuesOf(run))}
</figure>
`;
}

function missing({ name, metrics }: Run): { readonly run: string; readonly reason: string } {
  const empty = 'metrics.jsonl holds none of the tags drawn here';
  return { run: name, reason: metrics.value === null ? metrics.reason : empty };
}

function incomplete({ name, metrics }: Run): { readonly run: string; readonly reason: string }[] {
  const unreadable = metrics.value?.unreadable ?? 0;
  const reason = `metrics.jsonl has ${count(unreadable, 'line')} that cannot be read`;
  return unreadable === 0 ? [] : [{ run: name, reason }];
}

/** What the charts draw. */
function valuesOf({ metrics }: Run): readonly (readonly (string | number)[])[] {
  const records = metrics.value?.records ?? [];
  const points = DRAWN_TAGS.flatMap((tag) =>
    series(records, tag).map(({ epoch, value }) => [tag, Number(epoch.toPrecision(6)), Number(value.toPrecision(6))]),
  );
  return [['tag', 'epoch', 'value'], ...points];
}
