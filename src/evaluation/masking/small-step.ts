/**
 * The step that tells whether gradients point uphill.
 *
 * @module
 */
import type { ThreatModelName } from '../../attacks/index.js';

/** A hundredth of the budget, as the length of a step in L2, or in L-infinity for that norm. */
export function smallStep(norm: ThreatModelName, epsilon: number, shape: readonly number[]): number {
  const size = shape.reduce((product, length) => product * length, 1);
  // The L1 length of a step is at most sqrt(D) times its L2 length; a count of pixels says nothing of their change.
  const lengths: Readonly<Record<string, number>> = { linf: epsilon, l2: epsilon, l1: epsilon / Math.sqrt(size) };
  return (lengths[norm] ?? 1) / 100;
}
