/**
 * Logarithms of factorials, for probabilities of counts that a number could not hold.
 *
 * @module
 */

/** log n! for n = 0 … `largest`. */
export function logFactorials(largest: number): Float64Array {
  const logs = new Float64Array(largest + 1);
  for (let n = 2; n <= largest; n += 1) logs[n] = logs[n - 1]! + Math.log(n);
  return logs;
}
