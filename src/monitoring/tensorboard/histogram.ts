/**
 * Histograms as TensorBoard stores them.
 *
 * @module
 */

/** A distribution: bucket i counts the values up to `limits[i]` that are above the limit before it. */
export interface Histogram {
  readonly minimum: number;
  readonly maximum: number;
  readonly count: number;
  readonly sum: number;
  readonly sumOfSquares: number;
  readonly limits: Float64Array;
  readonly counts: Float64Array;
}

/** TensorBoard redraws to 30 buckets over all steps; twice as many leave it something to choose from. */
const BUCKETS = 64;

/**
 * Counts values in buckets of equal width from the smallest to the largest. (The exponential buckets of TensorFlow 1
 * put all confidences from 0.91 to 1 into one.) Values that are not finite are left out.
 *
 * @returns undefined where no value is finite: there is nothing to draw
 */
export function histogramOf(values: ArrayLike<number>, buckets = BUCKETS): Histogram | undefined {
  const { length } = values;
  let [minimum, maximum, count, sum, sumOfSquares] = [Infinity, -Infinity, 0, 0, 0];
  for (let index = 0; index < length; index += 1) {
    const value = values[index]!;
    if (!Number.isFinite(value)) continue;
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
    count += 1;
    sum += value;
    sumOfSquares += value * value;
  }
  if (count === 0) return undefined;
  const totals = { minimum, maximum, count, sum, sumOfSquares };
  const width = (maximum - minimum) / buckets;
  // All values alike, or so close that no bucket between them has a width; or so far apart that it has none either.
  if (!(minimum + width > minimum) || !Number.isFinite(width)) {
    return { ...totals, limits: Float64Array.of(maximum), counts: Float64Array.of(count) };
  }
  const counts = new Float64Array(buckets);
  for (let index = 0; index < length; index += 1) {
    const value = values[index]!;
    if (!Number.isFinite(value)) continue;
    const bucket = Math.min(Math.max(Math.ceil((value - minimum) / width) - 1, 0), buckets - 1);
    counts[bucket]! += 1;
  }
  // The width of a bucket among the smallest numbers there are may be rounded up to twice itself.
  const limits = Float64Array.from(counts, (_, bucket) => Math.min(maximum, minimum + width * (bucket + 1)));
  limits[buckets - 1] = maximum;
  return { ...totals, limits, counts };
}
