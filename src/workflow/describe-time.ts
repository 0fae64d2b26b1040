/**
 * Times as people read them.
 *
 * @module
 */
import type { Forecast } from '../evaluation/index.js';

export function describeSeconds(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

/** e.g. `about 3 min (2 min to 5 min)`. */
export function describeForecast({ seconds, from, to }: Forecast): string {
  return `about ${describeSeconds(seconds)} (${describeSeconds(from)} to ${describeSeconds(to)})`;
}
