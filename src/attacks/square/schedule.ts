/**
 * How large Square's windows are (Andriushchenko, Croce, Flammarion and Hein, "Square Attack", ECCV 2020, section 5):
 * a share of the image that halves after fixed numbers of queries.
 *
 * @module
 */

/** Queries, of 10,000, after which the share halves. */
const HALVINGS = [10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000] as const;
const REFERENCE_QUERIES = 10_000;

/**
 * The share of the image that the window of one query covers.
 *
 * @param query counted from 0, which is the start
 * @param queries how many there are in all; matters only with `rescale`
 * @param rescale whether the schedule stretches over `queries` instead of 10,000; AutoAttack's does not
 */
export function windowShare(query: number, queries: number, initialShare: number, rescale: boolean): number {
  const position = rescale ? Math.floor((query / queries) * REFERENCE_QUERIES) : query;
  return initialShare / 2 ** HALVINGS.filter((halving) => position > halving).length;
}

/** The side of a window of that share: the nearest whole number of at least 1 that fits the image. */
export function windowSide(share: number, height: number, width: number): number {
  return Math.min(height, width, Math.max(1, Math.round(Math.sqrt(share * height * width))));
}

/** The same for L2 and L1, whose windows have a centre: odd, and of at least 3 where that fits. */
export function oddWindowSide(share: number, height: number, width: number): number {
  const side = Math.max(3, Math.round(Math.sqrt(share * height * width)));
  const largest = Math.min(height, width);
  return Math.min(side % 2 === 0 ? side + 1 : side, largest % 2 === 0 ? largest - 1 : largest);
}
