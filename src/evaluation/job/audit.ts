/**
 * What the sampled order's audit proves: expensive stages were tried on a random sample of what the cheap ones left
 * robust (`audit-sample.ts`), and the result says how much they could have found elsewhere. Needs no engine, since
 * reports do the same arithmetic.
 *
 * @module
 */
import { requireInteger } from '../../engine/errors.js';
import { SHARED_Z, wilsonInterval } from '../interval.js';

export const CONFIDENCE = 0.95;

/**
 * The most examples outside of a sample that could have been found, when nothing was found in it: with this confidence
 * exactly (default: 95 %), for a sample without repetition (hypergeometric; Clopper and Pearson 1934 for a finite
 * population). For a small share it is the rule of three: about 3 / sample of the whole.
 */
export function mostMissed(sample: number, population: number, confidence = CONFIDENCE): number {
  requireInteger('sample', sample, 0, population);
  if (sample === 0) return population;
  // With `missed` of them findable, a sample finds none with probability Π (population - sample - i) / (population -
  // i).
  let probability = 1;
  let missed = 0;
  while (missed < population - sample) {
    probability *= (population - sample - missed) / (population - missed);
    if (probability <= 1 - confidence) break;
    missed += 1;
  }
  return missed;
}

/** A stage that ran on a sample of `of` examples still robust alone, and found nothing in it. */
export interface Audited {
  readonly sample: number;
  readonly of: number;
}

/** How sure the upper end of {@link auditedInterval} is of what the audit missed. */
const SHARED_CONFIDENCE = 1 - (1 - CONFIDENCE) / 4;

/**
 * The 95 % interval of a robust error whose last stages were audited. Two doubts are above it, which images were
 * selected and which of them were audited, so that the 2.5 % there are shared: each may err with half of them. Below it
 * is the first alone.
 */
export function auditedInterval(errors: number, examples: number, { sample, of }: Audited): [number, number] {
  const missed = mostMissed(sample, of, SHARED_CONFIDENCE);
  const [low] = wilsonInterval(errors, examples);
  const [, high] = wilsonInterval(Math.min(examples, errors + missed), examples, SHARED_Z);
  return [low, high];
}
