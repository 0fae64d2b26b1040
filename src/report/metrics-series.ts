/**
 * Turns the records of `metrics.jsonl` into series a chart can draw: a position in epochs, and few enough points.
 *
 * @module
 */
import type { MetricsRecord } from '../monitoring/run-folder.js';

/** One point of a curve. */
export interface SeriesPoint {
  /** In epochs, fractional where a value belongs to a step within an epoch. */
  readonly epoch: number;
  readonly value: number;
}

/** More points than this are not visible in a chart of this size and only make the file heavy. */
export const MOST_POINTS = 120;

/** The values of one tag; longer series are averaged in equal stretches down to `most` points. */
export function series(records: readonly MetricsRecord[], tag: string, most = MOST_POINTS): readonly SeriesPoint[] {
  const stepsPerEpoch = estimateStepsPerEpoch(records);
  const points: SeriesPoint[] = [];
  for (const record of records) {
    const value = record[tag];
    // A tag is absent from most records, and a loss that is not a number lies in the file as null.
    if (typeof value !== 'number' || !Number.isFinite(value)) continue;
    points.push({ epoch: stepsPerEpoch === null ? record.epoch : record.step / stepsPerEpoch, value });
  }
  points.sort((first, second) => first.epoch - second.epoch);
  return points.length <= most ? points : average(points, most);
}

/**
 * How many steps make an epoch, from the records alone; null when their epochs already are fractions or say too
 * little. Epochs may be counted from 0 (the one under way) or from 1 (those done).
 */
export function estimateStepsPerEpoch(records: readonly MetricsRecord[]): number | null {
  const later = records.filter((record) => record.step > 0);
  if (later.length === 0 || later.some((record) => !Number.isInteger(record.epoch))) return null;
  const countsFromZero = later.some((record) => record.epoch === 0);
  let stepsPerEpoch = 0;
  for (const record of later) {
    stepsPerEpoch = Math.max(stepsPerEpoch, record.step / (countsFromZero ? record.epoch + 1 : record.epoch));
  }
  return stepsPerEpoch;
}

function average(points: readonly SeriesPoint[], most: number): readonly SeriesPoint[] {
  const averaged: SeriesPoint[] = [];
  for (let bucket = 0; bucket < most; bucket += 1) {
    const start = Math.floor((bucket * points.length) / most);
    const part = points.slice(start, Math.floor(((bucket + 1) * points.length) / most));
    averaged.push({
      epoch: part.reduce((sum, point) => sum + point.epoch, 0) / part.length,
      value: part.reduce((sum, point) => sum + point.value, 0) / part.length,
    });
  }
  return averaged;
}
