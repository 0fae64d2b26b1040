/**
 * Sizes that are counted.
 *
 * @module
 */
import { SaddlepointError } from '../../engine/index.js';
import { rescaled } from '../norms/shared.js';
import type { ThreatModel } from './threat-model.js';

/** What threat models have in common whose pixels may take any value: how many may is counted, not how far they go. */
export const ANY_VALUES = {
  reach: 1,
  steepestAscent: (gradient) => gradient.sign().nanToNum({ nan: 0 }),
  scaled: rescaled,
  // What is not changed is not rounded either.
  searchRadius: (epsilon) => epsilon,
  finalRadius: (epsilon) => epsilon,
} satisfies Partial<ThreatModel>;

/** @throws SaddlepointError ARGUMENT for a size that is no whole number */
export function requireWhole(epsilon: number, what: string): void {
  if (Number.isInteger(epsilon)) return;
  throw new SaddlepointError('ARGUMENT', `expected epsilon as ${what}, a whole number, received ${epsilon}`);
}
