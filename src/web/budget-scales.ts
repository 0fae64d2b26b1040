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
/** Values of a slider in L2 up to where it begins, at least. */
const FINENESS = 8;
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
  const linf = measured.linf ?? trained.linf ?? usual;
  const diagonal = Math.sqrt(sides.reduce((product, side) => product * side, channels));
  const l2 = measured.l2 ?? trained.l2 ?? Math.min(SHARE * linf * diagonal, diagonal);
  const over = { linf: isLevel(linf) ? LEVELS : 100, l2: finenessFor(l2) };
  return {
    linf: scale(over.linf, Math.min(1, linf), 1, trained.linf),
    l2: scale(over.l2, l2, diagonal, trained.l2),
  };
}

function scale(over: number, start: number, most: number, trained: number | undefined): BudgetScale {
  const first = Math.max(1, Math.round(start * over));
  const reached = Math.max(REACH * first, Math.ceil(1.5 * over * (trained ?? 0)));
  return {
    over,
    count: Math.max(first, Math.min(Math.floor(most * over), reached)),
    start: first,
    ...(trained !== undefined && { trained }),
  };
}

/** Whether a budget is a whole number of the levels that a byte has. */
function isLevel(budget: number): boolean {
  const levels = budget * LEVELS;
  return Math.abs(levels - Math.round(levels)) < 1e-6;
}

/** The first of 1, 2, 5, 10, 20 … by which a budget has enough values below it. */
function finenessFor(budget: number): number {
  for (let power = 1; power < 1e6; power *= 10)
    for (const part of [1, 2, 5]) if (budget * power * part >= FINENESS) return power * part;
  return 1e6;
}
