/**
 * Times as people write them on the command line.
 *
 * @module
 */
import { InvalidArgumentError } from 'commander';
import { parseDuration } from '../monitoring/parse-duration.js';

/** Seconds of `90s`, `30m` or `2h`. */
export function duration(text: string): number {
  const seconds = parseDuration(text);
  if (seconds === undefined) throw new InvalidArgumentError('expected a time such as 90s, 30m or 2h.');
  return seconds;
}
