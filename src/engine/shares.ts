/**
 * How several threads share what one would do.
 *
 * @module
 */

/** Where shares of nearly the same size begin and end, one after the other; at most so many, and none is empty. */
export function evenShares(total: number, most: number): (readonly [start: number, end: number])[] {
  const shares = Math.min(most, total);
  const border = (share: number) => Math.round((share * total) / shares);
  return Array.from({ length: shares }, (_, share) => [border(share), border(share + 1)] as const);
}
