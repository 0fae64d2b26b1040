/**
 * The charts of the chosen runs: a chart a quantity, a curve a run.
 *
 * @module
 */
import { drawChart, type Chart } from './chart.js';
import { html } from './element.js';
import type { Axis, ChosenRun } from './runs.js';
import { duration, percent, plain, wholePercent } from './scale.js';

interface Quantity {
  readonly tag: string;
  readonly title: string;
  readonly format: (value: number) => string;
  /** Beside the axis. */
  readonly tick: (value: number) => string;
  readonly includes: readonly number[];
}

const error = (tag: string, title: string): Quantity => ({
  tag,
  title,
  format: percent,
  tick: wholePercent,
  includes: [0],
});
const other = (tag: string, title: string): Quantity => ({ tag, title, format: plain, tick: plain, includes: [] });

/** What most want to see, in the order in which they do. */
const QUANTITIES: readonly Quantity[] = [
  error('validation/adversarial_error', 'Validation error, attacked'),
  error('validation/error', 'Validation error, clean'),
  error('train/adversarial_error', 'Training error, attacked'),
  error('train/error', 'Training error, clean'),
  error('test/adversarial_error', 'Test error, attacked'),
  error('test/error', 'Test error, clean'),
  other('train/adversarial_loss', 'Training loss, attacked'),
  other('train/loss', 'Training loss, clean'),
  { ...other('train/lr', 'Learning rate'), includes: [0] },
];
const KNOWN = new Set(QUANTITIES.map(({ tag }) => tag));

const AXES: Readonly<Record<Axis, readonly [title: string, format: (value: number) => string]>> = {
  epoch: ['epochs', plain],
  step: ['steps', (value) => Math.round(value).toLocaleString('en-US')],
  seconds: ['', duration],
};

const COLOURS = 5;
/** Runs beyond the colours take them again, with other dashes. */
const DASHES = ['', '7 3', '2 3'];

/** Of a place in the charts. */
export function colourOf(place: number): string {
  return `var(--series-${(place % COLOURS) + 1})`;
}

/** All else the runs measured, folded away until somebody wants it. */
export interface Fold {
  readonly isOpen: boolean;
  readonly toggle: (isOpen: boolean) => void;
}

/** The usual charts that have a curve, then the others. */
export function drawCharts(runs: readonly ChosenRun[], axis: Axis, tip: HTMLElement, fold: Fold): HTMLElement[] {
  const more = [...new Set(runs.flatMap(({ curves }) => [...curves.keys()]))].filter((tag) => !KNOWN.has(tag)).sort();
  const figures = (quantities: readonly Quantity[]) =>
    quantities.flatMap((quantity) => {
      const chart = chartOf(quantity, runs, axis);
      if (chart.curves.length === 0) return [];
      return [html('figure', { class: 'card' }, html('h3', {}, chart.title), drawChart(chart, tip))];
    });
  const usual = figures(QUANTITIES);
  if (usual.length === 0 && more.length === 0) {
    return [
      html('p', { class: 'empty' }, 'No curves yet: choose a run above, or wait for the first line of metrics.jsonl.'),
    ];
  }
  if (more.length === 0) return usual;
  // Drawn only where somebody looks.
  const charts = fold.isOpen ? figures(more.map((tag) => other(tag, tag))) : [];
  const details = html(
    'details',
    { class: 'more', open: fold.isOpen ? '' : null },
    html('summary', {}, `${more.length} more`),
    html('div', { class: 'charts' }, ...charts),
  );
  details.addEventListener('toggle', () => fold.toggle(details.open));
  return [...usual, details];
}

function chartOf({ tag, title, format, tick, includes }: Quantity, runs: readonly ChosenRun[], axis: Axis): Chart {
  const [xTitle, formatX] = AXES[axis];
  const curves = runs.flatMap((run) => {
    const curve = run.curves.get(tag);
    if (curve === undefined || curve.value.length === 0) return [];
    const dash = DASHES[Math.floor(run.place / COLOURS) % DASHES.length]!;
    return [{ name: run.card.name, colour: colourOf(run.place), dash, x: curve[axis], y: curve.value }];
  });
  return { title, curves, xTitle, formatX, formatY: format, formatTick: tick, includes };
}
