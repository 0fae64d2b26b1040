/**
 * The result in one sentence of plain words, computed from the numbers, and what it was measured with.
 *
 * @module
 */
import type { EvaluationResult, RobustErrorRate } from '../evaluation/results.js';
import { datasetKey } from './data-sets.js';
import { attackName, attackSettings, list, percent } from './format.js';
import type { Run } from './read-run.js';

/** The sentence, and the smaller one with the settings (absent where no attack was run). */
export interface Reading {
  readonly sentence: string;
  readonly basis: string | null;
}

/** Reads the result off the evaluations of the runs. */
export function readResult(runs: readonly Run[]): Reading {
  const evaluated = runs.flatMap((run) =>
    run.evaluation.value === null ? [] : [{ run, evaluation: run.evaluation.value }],
  );
  if (evaluated.length === 0) return { sentence: 'These runs have not been evaluated yet.', basis: null };
  const subjects = names(evaluated.map(({ run }) => run));
  const attack = sharedAttack(evaluated.map(({ evaluation }) => evaluation));
  const errors = (rates: readonly number[]): string =>
    rates
      .map((rate, index) => `${subjects[index] ?? ''} ${index === 0 ? 'errs on ' : 'on '}${percent(rate)}`)
      .map((clause, index) => (index === 0 ? `${clause} of images` : clause))
      .join('; ');
  const clean = evaluated.map(({ evaluation }) => evaluation.clean.error);
  if (attack === null) {
    return { sentence: `Without attack ${errors(clean)}. No attack was run on all of them.`, basis: null };
  }
  const { name, rates } = attack;
  const [settings] = rates;
  return {
    sentence: `Under attack ${errors(rates.map((rate) => rate.robustError))}.${doubted(rates)}`,
    basis:
      settings === undefined
        ? null
        : `Attack: ${attackName(name)}, ${attackSettings(settings)}. Without attack the error is ${list(clean.map(percent))}.`,
  };
}

/** No number without what speaks against it. */
function doubted(rates: readonly RobustErrorRate[]): string {
  const some = rates.some(({ doubt }) => doubt !== undefined);
  return some ? ' There are signs that the attack could not search: the error may be larger.' : '';
}

/** How a sentence calls the runs: by their training where that tells them apart, else by name. */
function names(runs: readonly Run[]): readonly string[] {
  const trainings = runs.map((run) => run.facts.training);
  const known = trainings.every((training) => training === 'normal' || training === 'adversarial');
  if (!known || new Set(trainings).size < runs.length) return runs.map((run) => run.name);
  return trainings.map((training, index) => {
    const way = training === 'normal' ? 'normally' : 'adversarially';
    return index === 0 ? `the ${way} trained network` : `the ${way} trained one`;
  });
}

/** Where both say which images they were measured on. */
function sameImages(one: RobustErrorRate, other: RobustErrorRate): boolean {
  return one.of === undefined || other.of === undefined || one.of.data.sha256 === other.of.data.sha256;
}

/** The first attack that every run went through with the same settings on the same images: only then do numbers compare. */
function sharedAttack(
  evaluations: readonly EvaluationResult[],
): { readonly name: string; readonly rates: readonly RobustErrorRate[] } | null {
  for (const [name, first] of Object.entries(evaluations[0]?.attacks ?? {})) {
    const rates = evaluations.flatMap((evaluation) => evaluation.attacks[name] ?? []);
    const comparable = rates.every(
      (rate, run) =>
        attackSettings(rate) === attackSettings(first) &&
        datasetKey(evaluations[run]?.dataset ?? '') === datasetKey(evaluations[0]?.dataset ?? '') &&
        sameImages(rate, first),
    );
    if (comparable && rates.length === evaluations.length) return { name, rates };
  }
  return null;
}
