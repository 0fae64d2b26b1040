/**
 * What charts of rates against a size have in common: several curves with their intervals.
 *
 * @module
 */
import { interval, percent } from '../format.js';
import type { HoverValue } from './hover-values.js';
import { COLOURS, legendOf } from './theme.js';

/** A rate that was measured at a size: a budget, or a radius. */
export interface RatePoint {
  readonly at: number;
  readonly rate: number;
  readonly interval: readonly [number, number];
}

export interface RateCurve {
  readonly name: string;
  readonly points: readonly RatePoint[];
}

/** The colour of each curve, by the field that has its name; with a legend. */
export function curveColour(field: string, domain: readonly string[]): object {
  const range = domain.map((_, index) => COLOURS.series[index % COLOURS.series.length]);
  return { field, type: 'nominal', scale: { domain, range }, legend: legendOf(domain) };
}

/** At each size, what every curve has there. */
export function curveHover(curves: readonly RateCurve[], titleOf: (at: number) => string): readonly HoverValue[] {
  const sizes = [...new Set(curves.flatMap(({ points }) => points.map(({ at }) => at)))];
  return sizes.map((size) => ({
    x: size,
    lines: [
      titleOf(size),
      ...curves.flatMap(({ name, points }) =>
        points
          .filter(({ at }) => at === size)
          .map((point) => `${name}: ${percent(point.rate)} (${interval(point.interval)})`),
      ),
    ],
  }));
}
