/**
 * When Auto-PGD looks back at its progress.
 *
 * @module
 */
import { requireInteger } from '../../engine/index.js';

/** In hundredths of the steps; whole numbers, as 0.22 + 0.19 is more than 0.41 in binary. */
const FIRST = 22;
const SHRINKING = 3;
const SMALLEST = 6;

/**
 * The steps after which Auto-PGD may halve its step sizes: w_j = ⌈p_j N⌉ with p_1 = 0.22 and
 * p_{j+1} = p_j + max(p_j - p_{j-1} - 0.03, 0.06) (Croce and Hein, ICML 2020, section 3.2). The periods become shorter,
 * as large steps explore and small ones refine.
 *
 * @returns increasing, each at least 1 and at most `steps`; of several that fall on one step, one
 */
export function checkpoints(steps: number): number[] {
  requireInteger('steps', steps, 0);
  const found = new Set<number>();
  for (let place = FIRST, period = FIRST; place <= 100;) {
    if (steps > 0) found.add(Math.ceil((place * steps) / 100));
    period = Math.max(period - SHRINKING, SMALLEST);
    place += period;
  }
  return [...found];
}
