/**
 * Times as people write them.
 *
 * @module
 */
import { InvalidArgumentError } from 'commander';
import type { Forecast } from '../evaluation/index.js';
import { parseDuration } from '../monitoring/parse-duration.js';

/** Seconds of `90s`, `30m` or `2h`. */
export function duration(text: string): number {
  const seconds = parseDuration(text);
  if (seconds === undefined) throw new InvalidArgumentError('expected a time such as 90s, 30m or 2h.');
  return seconds;
}

export function describeSeconds(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

/** e.g. `about 3 min (2 min to 5 min)`. */
export function describeForecast({ seconds, from, to }: Forecast): string {
  return `about ${describeSeconds(seconds)} (${describeSeconds(from)} to ${describeSeconds(to)})`;
}
