/**
 * Learning-rate schedules: pure functions of the step, so that a resumed run needs no schedule state.
 *
 * @module
 */
import { requireInteger, requireNumber, SaddlepointError } from '../engine/index.js';

/** The learning rate of optimizer step 0, 1, 2, … */
export type Schedule = (step: number) => number;

/** The same learning rate at every step. */
export function constant(rate: number): Schedule {
  requireNumber('the learning rate', rate, 0);
  return () => rate;
}

/** `rate`, multiplied by `factor` at each of the milestones (step numbers). */
export function multiStep(rate: number, milestones: readonly number[], factor = 0.1): Schedule {
  requireNumber('the learning rate', rate, 0);
  requireNumber('factor', factor, 0);
  for (const milestone of milestones) requireInteger('a milestone', milestone, 0);
  return (step) => rate * factor ** milestones.filter((milestone) => step >= milestone).length;
}

/**
 * Half a cosine from `rate` down to `final` over `steps` (Loshchilov and Hutter, ICLR 2017, equation 5, one period).
 */
export function cosine(rate: number, steps: number, final = 0): Schedule {
  requireNumber('the learning rate', rate, 0);
  requireInteger('steps', steps, 1);
  return (step) => final + ((rate - final) * (1 + Math.cos(Math.PI * Math.min(1, step / steps)))) / 2;
}

export interface OneCycleOptions {
  /** Share of the steps spent rising. Default 0.3. */
  warmUp?: number;
  /** Start and end as shares of the peak. Defaults 0.04 and 0. */
  start?: number;
  end?: number;
}

/** Linear up to `peak`, then linear down (Smith and Topin, "Super-Convergence", 2017). */
export function oneCycle(peak: number, steps: number, options: OneCycleOptions = {}): Schedule {
  const { warmUp = 0.3, start = 0.04, end = 0 } = options;
  requireNumber('the learning rate', peak, 0);
  requireInteger('steps', steps, 1);
  requireNumber('warmUp', warmUp, 0, 1);
  requireNumber('start', start, 0, 1);
  requireNumber('end', end, 0, 1);
  const top = warmUp * steps;
  return (step) => {
    if (step < top) return peak * (start + (1 - start) * (step / top));
    return peak * (1 + (end - 1) * Math.min(1, (step - top) / Math.max(1, steps - top)));
  };
}

/** A share of the run, and the rate there as a share of the highest. */
export type RatePoint = readonly [share: number, factor: number];

/**
 * Straight lines between points; before the first and after the last, the rate stays.
 *
 * @param points their shares of the run rise
 */
export function piecewise(rate: number, steps: number, points: readonly RatePoint[]): Schedule {
  requireNumber('the learning rate', rate, 0);
  requireInteger('steps', steps, 1);
  requireInteger('points', points.length, 1);
  points.forEach(([share, factor], index) => {
    requireNumber('the share of a point', share, points[index - 1]?.[0] ?? 0, 1);
    requireNumber('the factor of a point', factor, 0);
  });
  const [first, last] = [points[0]!, points.at(-1)!];
  return (step) => {
    const share = Math.min(1, step / steps);
    if (share <= first[0]) return rate * first[1];
    const next = points.findIndex((point) => point[0] >= share);
    if (next === -1) return rate * last[1];
    const [from, to] = [points[next - 1]!, points[next]!];
    const way = (share - from[0]) / Math.max(Number.MIN_VALUE, to[0] - from[0]);
    return rate * (from[1] + (to[1] - from[1]) * way);
  };
}

/** A straight line from `rate` down to `end` times it. */
export function linear(rate: number, steps: number, end = 0): Schedule {
  requireNumber('end', end, 0, 1);
  return piecewise(rate, steps, [
    [0, 1],
    [1, end],
  ]);
}

/**
 * So many times from `end` times the rate up to it and down again, in straight lines (Smith, WACV 2017, "triangular").
 */
export function cyclic(rate: number, steps: number, cycles = 1, end = 0): Schedule {
  requireInteger('cycles', cycles, 1);
  requireNumber('end', end, 0, 1);
  const turns = Array.from({ length: 2 * cycles + 1 }, (_, turn): RatePoint => [
    turn / (2 * cycles),
    turn % 2 ? 1 : end,
  ]);
  return piecewise(rate, steps, turns);
}

/** The schedules by the names recipes use. */
export const SCHEDULE_NAMES = [
  'constant',
  'multi-step',
  'cosine',
  'one-cycle',
  'linear',
  'piecewise',
  'cyclic',
] as const;
export type ScheduleName = (typeof SCHEDULE_NAMES)[number];

export interface ScheduleDescription {
  readonly name: ScheduleName;
  readonly rate: number;
  /** multi-step: shares of the whole run, e.g. [0.4, 0.6, 0.8]. */
  readonly milestones?: readonly number[] | undefined;
  /** multi-step. Default 0.1. */
  readonly factor?: number | undefined;
  /** one-cycle: share of the run spent rising. Default 0.3. */
  readonly warmUp?: number | undefined;
  /** cosine, one-cycle, linear, cyclic: the lowest rate as a share of the highest. Default 0. */
  readonly end?: number | undefined;
  /** cyclic. Default 1. */
  readonly cycles?: number | undefined;
  /** piecewise: shares of the run with the rate's factor there, e.g. [[0, 0.1], [0.2, 1], [0.9, 0.1]]. */
  readonly points?: readonly RatePoint[] | undefined;
}

/** Makes the schedule a recipe describes, for a run of `steps` optimizer steps. */
export function createSchedule(description: ScheduleDescription, steps: number): Schedule {
  const { name, rate, milestones = [], factor = 0.1, warmUp = 0.3, end = 0, cycles, points = [] } = description;
  switch (name) {
    case 'constant':
      return constant(rate);
    case 'multi-step':
      return multiStep(
        rate,
        milestones.map((share) => Math.round(share * steps)),
        factor,
      );
    case 'cosine':
      return cosine(rate, steps, requireNumber('end', end, 0, 1) * rate);
    case 'one-cycle':
      return oneCycle(rate, steps, { warmUp, end });
    case 'linear':
      return linear(rate, steps, end);
    case 'piecewise':
      return piecewise(rate, steps, points);
    case 'cyclic':
      return cyclic(rate, steps, cycles, end);
    default:
      throw new SaddlepointError(
        'RECIPE',
        `expected a schedule named ${SCHEDULE_NAMES.join(', ')}, received ${JSON.stringify(name)}`,
      );
  }
}
