/**
 * Times as people read them.
 *
 * @module
 */

/** No more digits than a forecast can keep: `85 s`, `12 min`, `1.6 h`. */
export function describeSeconds(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
