/**
 * The measurements that two runs have in common, compared image by image.
 *
 * @module
 */
import { ratesOf } from '../../evaluation/combine.js';
import {
  pairableAttack,
  pairableClean,
  pairedTest,
  pairingProblem,
  type PairableRate,
  type PairedTest,
} from '../../evaluation/paired/index.js';
import type { EvaluationResult } from '../../evaluation/results.js';
import { attackSettings, count, rateName } from '../format.js';

/** One error rate of two runs. */
export interface PairedMeasure extends PairedTest {
  /** e.g. `clean error`, `PGD robust error`. */
  readonly name: string;
  /** What it was measured with, and on how many images. */
  readonly settings: string;
  /** What a reader has to know of it, in sentences. */
  readonly notes: readonly string[];
}

export interface PairedResults {
  readonly measures: readonly PairedMeasure[];
  /** Why measurements of one name are not comparable. */
  readonly problems: readonly string[];
}

interface Named extends Pick<PairedMeasure, 'name' | 'settings' | 'notes'> {
  readonly rate: PairableRate;
  readonly seed: number | undefined;
}

/** Pairs what was measured with the same attack on the same images; says of the rest of one name why not. */
export function pairResults(first: readonly EvaluationResult[], second: readonly EvaluationResult[]): PairedResults {
  const [ours, theirs] = [first, second].map(namedRates) as [Named[], Named[]];
  const measures: PairedMeasure[] = [];
  const problems = new Set<string>();
  for (const one of ours) {
    const same = theirs.filter(({ name }) => name === one.name);
    const match = same.find(({ rate }) => pairingProblem(one.rate, rate) === undefined);
    if (match !== undefined) {
      const { name, settings } = one;
      measures.push({ name, settings, notes: notesOf(one, match), ...pairedTest(one.rate, match.rate) });
    } else if (same.length > 0) problems.add(`${one.name}: ${pairingProblem(one.rate, same[0]!.rate)!}`);
  }
  const paired = new Set(measures.map(({ name }) => name));
  return { measures, problems: [...problems].filter((problem) => !paired.has(problem.split(': ')[0]!)) };
}

/** Each measurement once, whichever of a run's files have it. */
function namedRates(results: readonly EvaluationResult[]): Named[] {
  const found = new Map<string, Named>();
  const add = (one: Named) => {
    const key = JSON.stringify([one.name, one.rate.data, one.rate.attack]);
    if (found.get(key)?.rate.outcomes === undefined) found.set(key, one);
  };
  for (const result of results) {
    const { clean, of } = result;
    const settings = count(clean.examples, 'image');
    add({ name: 'clean error', settings, notes: [], rate: pairableClean(clean, of?.data), seed: undefined });
    for (const [, rate] of ratesOf(result)) {
      add({
        name: `${rateName(rate)} robust error`,
        settings: attackSettings(rate),
        notes: [
          ...(rate.doubt === undefined ? [] : [`signs that an attack could not search: ${rate.doubt}`]),
          ...(rate.atMost === undefined ? [] : ['the sampled order may have missed errors that neither count has']),
        ],
        rate: pairableAttack(rate),
        seed: rate.of?.seed,
      });
    }
  }
  return [...found.values()];
}

function notesOf(one: Named, other: Named): string[] {
  const seeds = one.seed === other.seed ? [] : [`the attacks drew from seeds ${one.seed} and ${other.seed}`];
  return [...new Set([...one.notes, ...other.notes]), ...seeds];
}
