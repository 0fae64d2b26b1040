/**
 * Which of several attacks a finding is about: the strongest that every run went through alike.
 *
 * @module
 */
import type { EvaluationResult, RobustErrorRate } from '../evaluation/results.js';
import { datasetKey } from './data-sets.js';
import { attackSettings } from './format.js';

/** One attack, and the robust error of each run under it, in their order. */
export interface SharedAttack {
  readonly name: string;
  readonly rates: readonly [RobustErrorRate, ...RobustErrorRate[]];
  /** How many attacks of this budget the runs share on the same images, this one among them. */
  readonly among: number;
}

/**
 * The strongest attack that all evaluations have with the same settings on the same images: only then do numbers
 * compare. Its budget is that of the first attack of the first evaluation. On the same images the attack that finds
 * more errors is the stronger; on others AutoAttack is, which is several attacks.
 *
 * @returns null where the evaluations share no attack
 */
export function strongestAttack(evaluations: readonly EvaluationResult[]): SharedAttack | null {
  const shared = sharedAttacks(evaluations);
  const [first] = shared;
  if (first === undefined) return null;
  const alike = shared.filter(({ rates }) => sameBudget(rates[0], first.rates[0]));
  const strongest = alike.reduce((best, one) => (isStronger(one.rates, best.rates) ? one : best));
  return { ...strongest, among: alike.filter(({ rates }) => onSameImages(rates[0], strongest.rates[0])).length };
}

type Rates = SharedAttack['rates'];

function sharedAttacks(evaluations: readonly EvaluationResult[]): readonly Omit<SharedAttack, 'among'>[] {
  return Object.entries(evaluations[0]?.attacks ?? {}).flatMap(([name, first]) => {
    const others = evaluations.slice(1).flatMap((evaluation) => evaluation.attacks[name] ?? []);
    const comparable = others.every(
      (rate, index) =>
        attackSettings(rate) === attackSettings(first) &&
        datasetKey(evaluations[index + 1]?.dataset ?? '') === datasetKey(evaluations[0]?.dataset ?? '') &&
        onSameImages(rate, first),
    );
    return comparable && others.length === evaluations.length - 1 ? [{ name, rates: [first, ...others] as Rates }] : [];
  });
}

function isStronger(one: Rates, other: Rates): boolean {
  const difference = total(one) - total(other);
  if (onSameImages(one[0], other[0]) && difference !== 0) return difference > 0;
  return isAutoAttack(one[0]) && !isAutoAttack(other[0]);
}

function total(rates: Rates): number {
  return rates.reduce((sum, { robustError }) => sum + robustError, 0);
}

function isAutoAttack({ attack }: RobustErrorRate): boolean {
  return /^autoattack/i.test(attack);
}

function sameBudget(one: RobustErrorRate, other: RobustErrorRate): boolean {
  return one.norm === other.norm && Math.abs(one.epsilon - other.epsilon) < 1e-6;
}

/** As many images, and where both say which, the same ones. */
function onSameImages(one: RobustErrorRate, other: RobustErrorRate): boolean {
  if (one.examples !== other.examples) return false;
  return one.of === undefined || other.of === undefined || one.of.data.sha256 === other.of.data.sha256;
}
