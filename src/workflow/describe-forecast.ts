/**
 * How long an evaluation will take, in words.
 *
 * @module
 */
import type { Forecast } from '../evaluation/index.js';
import { describeSeconds } from '../monitoring/index.js';

/** e.g. `about 3 min (2 min to 5 min)`. */
export function describeForecast({ seconds, from, to }: Forecast): string {
  return `about ${describeSeconds(seconds)} (${describeSeconds(from)} to ${describeSeconds(to)})`;
}
