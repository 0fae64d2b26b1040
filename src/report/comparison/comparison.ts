/**
 * Methods beside each other, several seeds each: means, and how far the seeds lie apart.
 *
 * @module
 */
import type { EvaluationResult } from '../../evaluation/results.js';
import { pairResults, type PairedMeasure } from '../paired/index.js';

/** One run of a comparison. */
export interface ComparedRun {
  readonly method: string;
  readonly seed: number;
  /** The run's folder. */
  readonly path: string;
  /** Of its training, validations included. */
  readonly trainingSeconds: number;
  readonly result: EvaluationResult;
}

/** One quantity over the seeds. */
export interface Spread {
  readonly mean: number;
  /** Standard deviation of a seed (of n - 1), null of a single one. */
  readonly deviation: number | null;
  readonly values: readonly number[];
}

/** A run of a method beside that of the first method from the same seed. */
export interface ComparedPair {
  readonly method: string;
  /** The first method. */
  readonly beside: string;
  readonly seed: number;
  /** The method's error minus the first one's. */
  readonly measures: readonly PairedMeasure[];
}

export interface ComparedMethod {
  readonly method: string;
  readonly seeds: readonly number[];
  readonly cleanError: Spread;
  /** By the attack's name. */
  readonly robustErrors: ReadonlyMap<string, Spread>;
  readonly trainingSeconds: Spread;
}

export interface Comparison {
  readonly title: string;
  readonly attacks: readonly string[];
  /** In the order of the runs. */
  readonly methods: readonly ComparedMethod[];
  readonly runs: readonly ComparedRun[];
  readonly pairs: readonly ComparedPair[];
}

/** Puts runs together by their methods. An attack counts where every run of a method has it. */
export function compareRuns(title: string, runs: readonly ComparedRun[]): Comparison {
  const attacks = [...new Set(runs.flatMap(({ result }) => Object.keys(result.attacks)))];
  const methods = [...new Set(runs.map(({ method }) => method))].map((method): ComparedMethod => {
    const own = runs.filter((run) => run.method === method);
    const everywhere = attacks.filter((attack) => own.every(({ result }) => result.attacks[attack] !== undefined));
    return {
      method,
      seeds: own.map(({ seed }) => seed),
      cleanError: spreadOf(own.map(({ result }) => result.clean.error)),
      robustErrors: new Map(
        everywhere.map((attack) => [attack, spreadOf(own.map(({ result }) => result.attacks[attack]!.robustError))]),
      ),
      trainingSeconds: spreadOf(own.map(({ trainingSeconds }) => trainingSeconds)),
    };
  });
  return { title, attacks, methods, runs, pairs: pairsOf(runs) };
}

function pairsOf(runs: readonly ComparedRun[]): ComparedPair[] {
  const beside = runs[0]?.method ?? '';
  return runs.flatMap(({ method, seed, result }): ComparedPair[] => {
    const first = runs.find((run) => run.method === beside && run.seed === seed);
    if (method === beside || first === undefined) return [];
    const { measures } = pairResults([first.result], [result]);
    return measures.length === 0 ? [] : [{ method, beside, seed, measures }];
  });
}

/** @param values at least one */
export function spreadOf(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: values.length < 2 ? null : Math.sqrt(squares / (values.length - 1)), values };
}
