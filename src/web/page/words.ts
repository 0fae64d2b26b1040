/**
 * Numbers and results in words.
 *
 * @module
 */
import type { BudgetScale } from '../site-description.js';

/** A share as a percentage; only what is exactly none or all is written as 0 or 100 %. */
export function percent(share: number): string {
  if (share > 0 && share < 0.005) return '<1 %';
  if (share < 1 && share > 0.995) return '>99 %';
  return `${Math.round(100 * share)} %`;
}

/** A slider's budget as people write it: `8/255`, `0.35`, and `0.031` where it is none of k / over. */
export function budgetOf(budget: number, { over }: Pick<BudgetScale, 'over'>): string {
  const value = Math.round(budget * over);
  if (Math.abs(budget * over - value) > 1e-6) return String(Number(budget.toPrecision(4)));
  return over === 255 ? `${value}/255` : budget.toFixed(Math.ceil(Math.log10(over)));
}

/** What came of an attack on a network. */
export interface Outcome {
  readonly name: string;
  readonly said: string;
  readonly confidence: number;
  readonly isRight: boolean;
  /** The first step at which the network was wrong; 0: without any attack. */
  readonly fooledAt: number | undefined;
}

/** Why a network names no class, after its name. @param problem with which it failed; without one it did compute */
export function describeSilence(problem: string | undefined): string {
  if (problem === undefined) return 'gives no numbers: its logits are NaN or infinite.';
  return `does not compute this step: ${problem}`;
}

/** One sentence a network. */
export function describeOutcome({ name, said, confidence, isRight, fooledAt }: Outcome, step: number): string {
  const sees = `${said}, ${percent(confidence)}`;
  if (step === 0) return isRight ? `${name} is right: ${sees}.` : `${name} is wrong without any attack: ${sees}.`;
  if (isRight) return fooledAt === undefined ? `${name} holds: ${sees}.` : `${name} is right again: ${sees}.`;
  if (fooledAt === 0) return `${name} was wrong before: ${sees}.`;
  return `${name} is fooled${fooledAt === undefined ? '' : ` since step ${fooledAt}`}: ${sees}.`;
}
