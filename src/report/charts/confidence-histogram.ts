/**
 * How confident a network is: on images it gets right, and on adversarial images that fool it.
 *
 * @module
 */
import type { TopLevelSpec } from 'vega-lite';
import type { ConfidenceHistogram } from '../../evaluation/confidence/confidence-result.js';
import { count, plain } from '../format.js';
import type { Markup } from '../markup.js';
import type { DrawChart } from './render.js';
import { COLOURS, PLOT_WIDTH } from './theme.js';

/** Draws the counts as overlapping steps; `threshold` is marked as where the classifier begins to answer. */
export function confidenceHistogram(
  name: string,
  histogram: ConfidenceHistogram,
  threshold: number | undefined,
  drawChart: DrawChart,
): Markup {
  const kinds = [
    { label: 'Clean, right', counts: histogram.correct, colour: COLOURS.clean },
    { label: 'Adversarial, fooling', counts: histogram.adversarial, colour: COLOURS.attacked },
    { label: 'Clean, wrong', counts: histogram.wrong, colour: COLOURS.muted },
  ];
  const values = kinds.flatMap(({ label, counts }) =>
    counts.map((images, i) => ({ kind: label, images, from: i / counts.length, to: (i + 1) / counts.length })),
  );
  const x = {
    field: 'from',
    type: 'quantitative',
    title: 'Confidence',
    scale: { domain: [0, 1], nice: false },
    axis: { format: '.0%', tickCount: 6, labelFlush: false },
  };
  const mark = [
    {
      data: { values: [{ threshold }] },
      mark: { type: 'rule', color: COLOURS.text, strokeDash: [2, 3], strokeWidth: 1.25 },
      encoding: { x: { ...x, field: 'threshold' } },
    },
    {
      data: { values: [{ threshold, label: 'refuses below' }] },
      mark: {
        type: 'text',
        ...besideRule(threshold ?? 0),
        baseline: 'bottom',
        y: 12,
        color: COLOURS.text,
        fontSize: 13,
      },
      encoding: { x: { ...x, field: 'threshold' }, text: { field: 'label' } },
    },
  ];
  const specification = {
    width: PLOT_WIDTH,
    height: 180,
    data: { values },
    layer: [
      {
        mark: { type: 'rect', fillOpacity: 0.45, strokeWidth: 0 },
        encoding: {
          x,
          x2: { field: 'to' },
          y: { field: 'images', type: 'quantitative', title: 'Images', stack: null, axis: { tickCount: 5 } },
          y2: { datum: 0 },
          color: {
            field: 'kind',
            type: 'nominal',
            scale: { domain: kinds.map(({ label }) => label), range: kinds.map(({ colour }) => colour) },
            legend: {},
          },
        },
      },
      ...(threshold === undefined ? [] : mark),
    ],
  } as unknown as TopLevelSpec;
  const bins = histogram.correct.map((_, bin) => ({
    x: (bin + 0.5) / histogram.correct.length,
    lines: [
      `Confidence ${percents(bin, histogram.correct.length)}`,
      ...kinds.map(({ label, counts }) => `${label}: ${count(counts[bin] ?? 0, 'image')}`),
    ],
  }));
  return drawChart(specification, describe(name, kinds), bins);
}

/** The words at a rule stand where the plot has room for them. */
function besideRule(at: number): object {
  return at < 0.4 ? { align: 'left', dx: 4 } : { align: 'right', dx: -4 };
}

/** The confidences of one step of a histogram: `95 to 100 %` */
function percents(bin: number, bins: number): string {
  return `${plain((100 * bin) / bins)} to ${plain((100 * (bin + 1)) / bins)} %`;
}

function describe(
  name: string,
  kinds: readonly { readonly label: string; readonly counts: readonly number[] }[],
): string {
  const parts = kinds.map(({ label, counts }) => {
    const total = counts.reduce((sum, images) => sum + images, 0);
    const high = counts.slice(Math.floor(counts.length / 2)).reduce((sum, images) => sum + images, 0);
    return `${label}: ${total} images, ${high} with a confidence of at least 50 %`;
  });
  return `Confidence of ${name}. ${parts.join('. ')}.`;
}
