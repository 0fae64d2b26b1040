/**
 * Where values stand in a drawing, and the round numbers beside it.
 *
 * @module
 */

export type Domain = readonly [low: number, high: number];

/** From a domain to pixels, in a straight line. */
export function linear([low, high]: Domain, [first, last]: Domain): (value: number) => number {
  const unit = high === low ? 0 : (last - first) / (high - low);
  return (value) => first + (value - low) * unit;
}

/** 1, 2, 5 and 10, and from which factor on each is the nearest. */
const STEPS = [
  [1, 0],
  [2, Math.SQRT2],
  [5, Math.sqrt(10)],
  [10, Math.sqrt(50)],
] as const;

/** Multiples of 1, 2 or 5 times a power of ten within a domain, about as many as asked for. */
export function ticks([low, high]: Domain, about: number): number[] {
  if (!(high > low)) return [low];
  const rough = (high - low) / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = Math.max(...STEPS.filter(([, from]) => rough / power >= from).map(([step]) => step));
  const unit = factor * power;
  const [first, last] = [Math.ceil(low / unit - 1e-9), Math.floor(high / unit + 1e-9)];
  // A number times a unit like 0.1 is not round; its digits are.
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * unit).toPrecision(12)));
}

/** The domain of some values; of none, or of one alone, room around it. */
export function domainOf(values: readonly number[]): Domain {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  if (low > high) return [0, 1];
  return low === high ? [Math.min(0, low), Math.max(low, 0) || 1] : [low, high];
}

/** The place of the point that is nearest; -1 of none. Points come in the order of the axis. */
export function nearest(points: readonly number[], at: number): number {
  let [low, high] = [0, points.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle]! < at) low = middle + 1;
    else high = middle;
  }
  return low > 0 && at - points[low - 1]! <= points[low]! - at ? low - 1 : Math.min(low, points.length - 1);
}

/** `3.2 s`, `12 min`, `1 h 30 min`. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${Number(seconds.toPrecision(3))} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** One decimal of a percent. */
export function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(1)} %`;
}

/** As few decimals of a percent as it has. */
export function wholePercent(fraction: number): string {
  return `${plain(100 * fraction)} %`;
}

/** Few digits, without noise. */
export function plain(value: number): string {
  return String(Number(value.toPrecision(4)));
}
