/**
 * Robust error against the budget: one line with its interval a run, and the budgets that matter marked.
 *
 * @module
 */
import type { TopLevelSpec } from 'vega-lite';
import { epsilon, normName, percent } from '../format.js';
import type { Markup } from '../markup.js';
import { curveColour, curveHover, type RateCurve } from './rate-curves.js';
import type { DrawChart } from './render.js';
import { COLOURS, legendOf, PLOT_WIDTH } from './theme.js';

/** Room for the words of one mark above the plot. */
const MARK_HEIGHT = 16;

/** One measured point. */
export interface CurvePoint {
  readonly epsilon: number;
  readonly error: number;
  readonly interval: readonly [number, number];
}

/** The curve of one run. */
export interface RobustCurve {
  readonly name: string;
  readonly points: readonly CurvePoint[];
}

/** A budget to point at, and why. */
export interface MarkedEpsilon {
  readonly epsilon: number;
  readonly reason: string;
}

/** Draws the curves of all runs, measured in the same norm. */
export function robustCurveChart(
  norm: string,
  curves: readonly RobustCurve[],
  marked: readonly MarkedEpsilon[],
  drawChart: DrawChart,
): Markup {
  const domain = curves.map((curve) => curve.name);
  const values = curves.flatMap((curve) =>
    curve.points.map((point) => ({
      run: curve.name,
      epsilon: point.epsilon,
      error: point.error,
      low: point.interval[0],
      high: point.interval[1],
    })),
  );
  const furthest = Math.max(...values.map((value) => value.epsilon), ...marked.map((mark) => mark.epsilon));
  const x = { field: 'epsilon', type: 'quantitative', ...budgetAxis(norm, values, furthest) };
  const y = {
    type: 'quantitative',
    title: 'Robust error',
    // The title stands above the words of the marks.
    axis: { format: '.0%', tickCount: 5, titleY: -14 - MARK_HEIGHT * marked.length },
    scale: { domain: [0, 1] },
  };
  const colour = curveColour('run', domain);
  const specification = {
    width: PLOT_WIDTH,
    height: 260,
    data: { values },
    layer: [
      {
        mark: { type: 'area', fillOpacity: 0.2 },
        encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' }, color: colour },
      },
      ...marked.flatMap((mark, index) => markLayers(mark, index, furthest)),
      { mark: { type: 'line', strokeWidth: 2.25 }, encoding: { x, y: { ...y, field: 'error' }, color: colour } },
      {
        // The shape tells runs apart where colour does not.
        mark: { type: 'point', filled: true, size: 46, opacity: 1 },
        encoding: {
          x,
          y: { ...y, field: 'error' },
          color: colour,
          shape: { field: 'run', type: 'nominal', scale: { domain }, legend: legendOf(domain) },
        },
      },
    ],
  } as unknown as TopLevelSpec;
  return drawChart(
    specification,
    describe(norm, curves),
    curveHover(curves.map(rateCurve), (at) => `ε = ${epsilon(at)}`),
  );
}

function rateCurve({ name, points }: RobustCurve): RateCurve {
  return { name, points: points.map(({ epsilon: at, error: rate, interval }) => ({ at, rate, interval })) };
}

/** The axis of budgets, in grey levels of 255 where all of them are whole ones. */
function budgetAxis(norm: string, values: readonly { readonly epsilon: number }[], furthest: number): object {
  const budgets = [...new Set(values.map((value) => value.epsilon))];
  const inLevels = budgets.every((budget) => budget === 0 || epsilon(budget).endsWith('/255'));
  return {
    title: `Budget ε, ${normName(norm)}`,
    scale: { domain: [0, furthest], nice: false },
    axis: inLevels
      ? {
          values: budgets,
          labelExpr: "datum.value === 0 ? '0' : round(datum.value * 255) + '/255'",
          labelFlush: false,
          labelOverlap: 'greedy',
        }
      : { tickCount: 6, format: '~g', labelFlush: false },
  };
}

/** A dotted upright with its reason above the plot; each further one a line higher. */
function markLayers(mark: MarkedEpsilon, index: number, furthest: number): readonly object[] {
  const data = { values: [{ epsilon: mark.epsilon, label: `${mark.reason}: ε = ${epsilon(mark.epsilon)}` }] };
  const x = { field: 'epsilon', type: 'quantitative' };
  // Near the right edge the words would leave the plot.
  const align = mark.epsilon > 0.66 * furthest ? 'right' : mark.epsilon < 0.33 * furthest ? 'left' : 'center';
  return [
    { data, mark: { type: 'rule', color: COLOURS.muted, strokeDash: [2, 3], strokeWidth: 1.25 }, encoding: { x } },
    {
      data,
      mark: {
        type: 'text',
        align,
        baseline: 'bottom',
        color: COLOURS.text,
        fontSize: 13,
        y: -5 - MARK_HEIGHT * index,
      },
      encoding: { x, text: { field: 'label' } },
    },
  ];
}

function describe(norm: string, curves: readonly RobustCurve[]): string {
  const parts = curves.map((curve) => {
    const points = curve.points.map((point) => `${percent(point.error)} at ${epsilon(point.epsilon)}`);
    return `${curve.name}: ${points.join(', ')}`;
  });
  return `Robust error against the budget in ${normName(norm)}. ${parts.join('. ')}.`;
}
