/**
 * Which budgets a visitor may choose: a slider's values in each norm, around those that suit the network.
 *
 * @module
 */
import type { BudgetScale, NormName } from './site-description.js';

/** Budgets that are known, by their norms. */
export type KnownBudgets = Partial<Readonly<Record<NormName, number>>>;

const LEVELS = 255;
/** A slider goes so many times as far as it begins. */
const REACH = 4;
/** And so far beyond what the network was trained with. */
const BEYOND = 1.5;
/** Values of a slider up to where it begins, at least, where those are no k/255. */
const FINENESS = 8;
/** Where a network was trained with more than so many times what it was measured at, values lie further apart. */
const MOST_APART = 25;
/** Where images are so large, attacks of 4/255 are usual, else 8/255; of grey ones, which are simpler, 0.1. */
const [LARGE, LARGE_USUAL, USUAL, GREY_USUAL] = [64, 4 / LEVELS, 8 / LEVELS, 0.1];
/** The usual budgets in L2 (0.5 beside 8/255 on CIFAR-10, 2 beside 0.3 on MNIST) as a share of the cube's diagonal. */
const SHARE = 0.29;

/**
 * @param shape of an image, [C, H, W]
 * @param measured the budgets at which the network was measured, where sliders begin
 * @param trained those it was trained with, which are marked
 */
export function budgetScales(
  [channels = 3, ...sides]: readonly number[],
  measured: KnownBudgets,
  trained: KnownBudgets,
): Record<NormName, BudgetScale> {
  const size = Math.max(...sides);
  const usual = channels === 1 ? GREY_USUAL : size >= LARGE ? LARGE_USUAL : USUAL;
  const linf = Math.min(1, measured.linf ?? trained.linf ?? usual);
  const diagonal = Math.sqrt(sides.reduce((product, side) => product * side, channels));
  const l2 = measured.l2 ?? trained.l2 ?? rounded(Math.min(SHARE * linf * diagonal, diagonal));
  const over = isLevel(linf) ? LEVELS : Math.max(100, finenessFor(linf, trained.linf));
  return {
    linf: scale(over, linf, 1, trained.linf),
    l2: scale(finenessFor(l2, trained.l2), l2, diagonal, trained.l2),
  };
}

/** All k / over, and between them what the network was measured at and trained with, exactly. */
function scale(over: number, start: number, most: number, trained: number | undefined): BudgetScale {
  const reached = Math.max(REACH * start, BEYOND * (trained ?? 0), REACH / over);
  const exact = [start, ...(trained === undefined ? [] : [trained])];
  const count = Math.round(Math.min(most, reached) * over);
  const others = Array.from({ length: count + 1 }, (_, k) => k / over).filter(
    (value) => value <= most && exact.every((budget) => Math.abs(budget - value) > 1e-6 / over),
  );
  const values = [...new Set([...others, ...exact])].sort((one, other) => one - other);
  return {
    over,
    values,
    start: values.indexOf(start),
    ...(trained !== undefined && { trained: values.indexOf(trained) }),
  };
}

/** Whether a budget is a whole number of the levels that a byte has. */
function isLevel(budget: number): boolean {
  const levels = budget * LEVELS;
  return Math.abs(levels - Math.round(levels)) < 1e-6;
}

/** A budget that nobody has chosen. */
function rounded(budget: number): number {
  const over = finenessFor(budget);
  return Math.round(budget * over) / over;
}

/** The first of 1, 2, 5, 10, 20 … by which a budget has enough values below it, the trained one not too many. */
function finenessFor(budget: number, trained = 0): number {
  const least = Math.max(budget, trained / MOST_APART);
  for (let power = 1; power < 1e6; power *= 10)
    for (const part of [1, 2, 5]) if (least * power * part >= FINENESS) return power * part;
  return 1e6;
}
