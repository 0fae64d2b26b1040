/**
 * Certified accuracy against the L2 radius: one line with its interval for each run and sigma.
 *
 * @module
 */
import type { TopLevelSpec } from 'vega-lite';
import { percent, plain } from '../format.js';
import type { Markup } from '../markup.js';
import { curveColour, curveHover, type RateCurve } from './rate-curves.js';
import type { DrawChart } from './render.js';
import { PLOT_WIDTH } from './theme.js';

export interface CertifiedCurve {
  readonly name: string;
  readonly points: readonly {
    readonly radius: number;
    readonly accuracy: number;
    readonly interval: readonly [number, number];
  }[];
}

export function certifiedCurveChart(curves: readonly CertifiedCurve[], drawChart: DrawChart): Markup {
  const domain = curves.map(({ name }) => name);
  const values = curves.flatMap(({ name, points }) =>
    points.map(({ radius, accuracy, interval: [low, high] }) => ({ curve: name, radius, accuracy, low, high })),
  );
  const x = {
    field: 'radius',
    type: 'quantitative',
    title: 'Radius, L2',
    scale: { domain: [0, Math.max(...values.map(({ radius }) => radius))], nice: false },
    axis: { tickCount: 6, format: '~g', labelFlush: false },
  };
  const y = {
    type: 'quantitative',
    title: 'Certified accuracy',
    axis: { format: '.0%', tickCount: 5 },
    scale: { domain: [0, 1] },
  };
  const color = curveColour('curve', domain);
  const specification = {
    width: PLOT_WIDTH,
    height: 260,
    data: { values },
    layer: [
      {
        mark: { type: 'area', fillOpacity: 0.2 },
        encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' }, color },
      },
      { mark: { type: 'line', strokeWidth: 2.25 }, encoding: { x, y: { ...y, field: 'accuracy' }, color } },
    ],
  } as unknown as TopLevelSpec;
  return drawChart(
    specification,
    describe(curves),
    curveHover(curves.map(rateCurve), (at) => `radius ${plain(at)}`),
  );
}

function rateCurve({ name, points }: CertifiedCurve): RateCurve {
  return { name, points: points.map(({ radius, accuracy, interval }) => ({ at: radius, rate: accuracy, interval })) };
}

function describe(curves: readonly CertifiedCurve[]): string {
  const parts = curves.map(({ name, points }) => {
    const values = points.map(({ radius, accuracy }) => `${percent(accuracy)} at ${plain(radius)}`);
    return `${name}: ${values.join(', ')}`;
  });
  return `Certified accuracy against the L2 radius. ${parts.join('. ')}.`;
}
