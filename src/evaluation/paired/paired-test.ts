/**
 * Two networks under the same attack on the same images: by how much their errors differ, and whether that is chance.
 *
 * @module
 */
import { isDeepStrictEqual } from 'node:util';
import { SaddlepointError } from '../../engine/errors.js';
import type { DataProvenance } from '../provenance/provenance.js';
import { reducedPrecision } from '../reduced-precision.js';
import type { ErrorRate, RobustErrorRate } from '../results.js';
import { pairedBootstrapInterval } from './bootstrap.js';
import { mcnemarExact } from './mcnemar.js';
import { countPairs, type PairedCounts } from './outcomes.js';

export interface PairedTest extends PairedCounts {
  /** The second error minus the first, as a fraction. */
  readonly difference: number;
  /** Of the difference, 95 %, by the paired bootstrap. */
  readonly interval: readonly [number, number];
  /** Of McNemar's exact test, two-sided. */
  readonly pValue: number;
}

/** An error rate with what says whether it may be paired. */
export interface PairableRate {
  readonly outcomes?: string | undefined;
  readonly data: DataProvenance | undefined;
  /** Attack with all its parameters, the order of its stages, and a reduced precision; undefined without an attack. */
  readonly attack?:
    { readonly settings: unknown; readonly order: string; readonly precision?: string | undefined } | undefined;
}

/** Of an attack. The seed is no part of the attack: its random numbers may be others. */
export function pairableAttack({ outcomes, of, backend }: RobustErrorRate): PairableRate {
  const precision = reducedPrecision(backend);
  return { outcomes, data: of?.data, attack: of && { settings: of.settings, order: of.order, precision } };
}

/** Without an attack. @param data that the clean error is of */
export function pairableClean({ outcomes }: ErrorRate, data: DataProvenance | undefined): PairableRate {
  return { outcomes, data };
}

/** Why two rates are not comparable image by image, in words; undefined where they are. */
export function pairingProblem(first: PairableRate, second: PairableRate): string | undefined {
  const silent = [first, second].findIndex(({ outcomes, data }) => outcomes === undefined || data === undefined);
  if (silent !== -1) {
    return (
      `the ${['first', 'second'][silent]!} result does not say what became of each image, as earlier versions ` +
      'wrote it; evaluate it again'
    );
  }
  const [one, other] = [first.data!, second.data!];
  if (one.name !== other.name) return `other data sets: ${one.name} and ${other.name}`;
  if (one.selection !== other.selection) return `other selections: ${one.selection} and ${other.selection}`;
  if (one.sha256 !== other.sha256) {
    return (
      `other images under the name ${one.selection}: SHA-256 ${one.sha256.slice(0, 8)} and ` + other.sha256.slice(0, 8)
    );
  }
  const differing = differingKeys(first.attack, second.attack);
  if (differing.length > 0) return `another attack: ${differing.join('; ')}`;
  if (first.outcomes!.length !== second.outcomes!.length || first.outcomes!.length === 0) {
    return `outcomes of ${first.outcomes!.length} and ${second.outcomes!.length} images`;
  }
  return undefined;
}

/**
 * McNemar's exact test and the paired bootstrap's interval.
 *
 * @throws SaddlepointError EVALUATION where the two are of other images, another selection or another attack, saying
 *   which
 */
export function pairedTest(first: PairableRate, second: PairableRate): PairedTest {
  const problem = pairingProblem(first, second);
  if (problem !== undefined) {
    throw new SaddlepointError(
      'EVALUATION',
      `expected two results of the same attack on the same images, received ${problem}`,
    );
  }
  const counts = countPairs(first.outcomes!, second.outcomes!);
  const { images, firstOnly, secondOnly } = counts;
  return {
    ...counts,
    difference: (secondOnly - firstOnly) / images,
    interval: pairedBootstrapInterval(images, firstOnly, secondOnly),
    pValue: mcnemarExact(firstOnly, secondOnly),
  };
}

/** e.g. `steps: 20 and 40`. */
function differingKeys(first: PairableRate['attack'], second: PairableRate['attack']): string[] {
  const [one, other] = [flat(first), flat(second)];
  const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  const said = (value: unknown) => (value === undefined ? 'none' : JSON.stringify(value));
  return keys
    .filter((key) => !isDeepStrictEqual(one[key], other[key]))
    .map((key) => `${key}: ${said(one[key])} and ${said(other[key])}`);
}

function flat(attack: PairableRate['attack']): Record<string, unknown> {
  if (attack === undefined) return {};
  const { settings, order, precision } = attack;
  const isObject = typeof settings === 'object' && settings !== null && !Array.isArray(settings);
  return { ...(isObject ? (settings as Record<string, unknown>) : { settings }), order, precision };
}
