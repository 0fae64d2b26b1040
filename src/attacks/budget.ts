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

/** A plain decimal number; Number() alone would take '' for 0 and read hexadecimal. */
function decimal(text: string): number {
  return /^\s*(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(text) ? Number(text) : NaN;
}
