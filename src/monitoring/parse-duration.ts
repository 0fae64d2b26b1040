/**
 * Times as people write them.
 *
 * @module
 */

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, min: 60, h: 3600 };

/** Seconds of `90s`, `8m`, `30min` or `1.5h`; undefined for anything else, and for none at all. */
export function parseDuration(text: string): number | undefined {
  const [, number = '', unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*(s|m|min|h)\s*$/.exec(text) ?? [];
  const seconds = Number(number) * (SECONDS[unit] ?? NaN);
  return seconds > 0 && Number.isFinite(seconds) ? seconds : undefined;
}
