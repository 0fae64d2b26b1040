/**
 * How step sizes fall over a search.
 *
 * @module
 */

/** Half a cosine from `first` at step 0 towards `last` at step `steps`. */
export function cosine([first, last]: readonly [number, number], step: number, steps: number): number {
  return last + ((first - last) * (1 + Math.cos((Math.PI * step) / steps))) / 2;
}
