/**
 * Budgets as people write them. Needs no engine, so that the command line can read one before LibTorch loads.
 *
 * @module
 */

/**
 * The number that `0.03` or `8/255` mean, for images in [0, 1].
 *
 * @returns undefined for what is neither, or not a positive finite number
 */
export function parseBudget(value: unknown): number | undefined {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  const [numerator = NaN, denominator = 1, ...more] =
    typeof value === 'number' ? [value] : value.split('/').map(decimal);
  const budget = numerator / denominator;
  return more.length === 0 && Number.isFinite(budget) && budget > 0 ? budget : undefined;
}

/** Decimals that short are what somebody wrote. */
const SHORT = 7;
/** Denominators of budgets, and what their numerators may be multiplied by to be whole. */
const [LEVELS, PARTS] = [255, [1, 2, 10]] as const;

/**
 * A budget as people write it: `0.1` and `0.03137` as decimals, and as a fraction what is exactly one of 255, `8/255`.
 * Others have all their digits, so that different budgets are never written alike.
 */
export function formatBudget(value: number): string {
  // Without the noise of binary fractions, such as of 0.1 + 0.2.
  const decimal = String(Number(value.toPrecision(15)));
  if (decimal.length <= SHORT) return decimal;
  for (const parts of PARTS) {
    const numerator = Math.round(value * LEVELS * parts) / parts;
    if (numerator / LEVELS === value) return `${numerator}/${LEVELS}`;
  }
  return decimal;
}

/** A plain decimal number; Number() alone would take '' for 0 and read hexadecimal. */
function decimal(text: string): number {
  return /^\s*(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(text) ? Number(text) : NaN;
}
