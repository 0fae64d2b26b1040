/**
 * Sizes that are counted.
 *
 * @module
 */
import { SaddlepointError } from '../../engine/index.js';

/** @throws SaddlepointError ARGUMENT for a size that is no whole number */
export function requireWhole(epsilon: number, what: string): void {
  if (Number.isInteger(epsilon)) return;
  throw new SaddlepointError('ARGUMENT', `expected epsilon as ${what}, a whole number, received ${epsilon}`);
}
