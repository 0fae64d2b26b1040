/**
 * Certificates by randomised smoothing: certified accuracy against the radius, a curve a run and sigma, and its values.
 *
 * @module
 */
import type { SmoothingResult } from '../evaluation/smoothing/certificate.js';
import { certifiedCurveChart, type CertifiedCurve } from './charts/certified-curve.js';
import type { DrawChart } from './charts/render.js';
import { type DataCell, dataTable } from './data-table.js';
import { csvDownload, fileName } from './download.js';
import { count, interval, percent, plain } from './format.js';
import { type Markup, markup } from './markup.js';
import type { Run } from './read-run.js';

/** A run's certificates with one sigma. */
interface Smoothed extends CertifiedCurve {
  readonly result: SmoothingResult;
}

/** One card with the curves, and a table for each; null where nothing was certified. */
export function smoothingSection(runs: readonly Run[], drawChart: DrawChart): Markup | null {
  const curves = runs.flatMap(({ name, evaluation }): Smoothed[] =>
    (evaluation.value?.smoothing ?? []).map((result) => ({
      name: `${name}, σ\u00a0=\u00a0${plain(result.sigma)}`,
      points: result.curve,
      result,
    })),
  );
  if (curves.length === 0) return null;
  return markup`<p>The smoothed classifier answers what the network answers most often under Gaussian noise of standard
deviation σ. Within the certified radius, in L2, no attack whatever changes its answer. The curve is the share of images
that it gets right, certified at least that far; the band is the 95&nbsp;% interval.</p>
<figure class="card wide">
<div>${certifiedCurveChart(curves, drawChart)}</div>
<div>${curves.map(valuesTable)}
${csvDownload(fileName('certified', 'accuracy'), csvRows(curves))}</div>
</figure>
`;
}

function valuesTable({ name, result }: Smoothed): Markup {
  return dataTable({
    caption: markup`${name}: ${captionOf(result)}`,
    columns: [{ title: 'Radius', sorted: 'ascending' }, { title: 'Certified accuracy' }],
    rows: result.curve.map(({ radius, accuracy, interval: sure }): readonly DataCell[] => [
      { shown: plain(radius), value: radius },
      { shown: markup`${percent(accuracy)} <small>${interval(sure)}</small>`, value: accuracy },
    ]),
  });
}

function captionOf(result: SmoothingResult): string {
  const { examples, selectionSamples, samples, alpha, averageRadius, abstentions } = result;
  return [
    `${count(examples, 'image')}, ${count(selectionSamples, 'sample')} that select and ` +
      `${count(samples, 'sample')} that estimate`,
    `α\u00a0=\u00a0${plain(alpha)}`,
    `average certified radius ${averageRadius.toFixed(3)}`,
    `abstained from ${count(abstentions, 'image')}.`,
  ].join(', ');
}

function csvRows(curves: readonly Smoothed[]): readonly (readonly (string | number)[])[] {
  const rows = curves.flatMap(({ name, result }) =>
    result.curve.map(({ radius, accuracy, interval: sure }) => [name, result.sigma, radius, accuracy, ...sure]),
  );
  return [['run', 'sigma', 'radius', 'certified accuracy', 'from', 'to'], ...rows];
}
