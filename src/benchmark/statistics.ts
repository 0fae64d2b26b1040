/**
 * Medians and how far the middle half of the measurements lies apart.
 *
 * @module
 */

export interface Summary {
  readonly median: number;
  /** First and third quartile: half of all measurements lie between them. */
  readonly quartiles: readonly [number, number];
  readonly all: readonly number[];
}

/** @param numbers at least one */
export function summarise(numbers: readonly number[]): Summary {
  const at = (share: number) => quantile(numbers, share);
  return { median: at(0.5), quartiles: [at(0.25), at(0.75)], all: numbers };
}

export function median(numbers: readonly number[]): number {
  return quantile(numbers, 0.5);
}

/** Linear between the two nearest measurements, as NumPy does by default. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
  return low + (high - low) * (place - Math.floor(place));
}
