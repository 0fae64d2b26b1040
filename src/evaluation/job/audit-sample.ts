/**
 * Which examples the sampled order audits: a random sample of those still robust. When a stage finds something in it,
 * the stage and those after it run on all.
 *
 * @module
 */
import { RandomStream, tensor, tidy } from '../../engine/index.js';

/** Share of the examples still robust that are audited, and the fewest. */
const AUDIT_SHARE = 0.1;
const AUDIT_LEAST = 20;

/** How many of so many examples still robust are audited. */
export function auditSize(stillRobust: number): number {
  return Math.min(stillRobust, Math.max(AUDIT_LEAST, Math.ceil(AUDIT_SHARE * stillRobust)));
}

/** A seeded sample of the examples still robust, in their order. */
export function auditSample(stillRobust: readonly number[], seed: number): number[] {
  const size = auditSize(stillRobust.length);
  // Each example's place in the draw is its own: the sample does not depend on how the others were found.
  const draws = tidy(() =>
    new RandomStream(seed, 'evaluation audit')
      .uniform(tensor(BigInt64Array.from(stillRobust, BigInt)), [2])
      .to({ dtype: 'float64' })
      .toNumbers(),
  );
  const key = (row: number) => draws[2 * row]! + draws[2 * row + 1]! * 2 ** -24;
  const rows = stillRobust.map((_, row) => row).sort((a, b) => key(a) - key(b));
  return rows
    .slice(0, size)
    .map((row) => stillRobust[row]!)
    .sort((a, b) => a - b);
}
