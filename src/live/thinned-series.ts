/**
 * A curve of any length in little memory: once it has many points, neighbours become one, their mean.
 *
 * @module
 */
import type { CurveChange } from './protocol.js';

/** Where a point lies on each of the axes a chart may have, and its value. */
export interface CurvePoint {
  readonly step: number;
  readonly epoch: number;
  readonly seconds: number;
  readonly value: number;
}

/** More than this are not visible in a chart; half as many always are there. */
export const MOST_POINTS = 512;

interface Bucket {
  count: number;
  step: number;
  epoch: number;
  seconds: number;
  value: number;
}

export class ThinnedSeries {
  /** Sums, of up to {@link #stride} points each. */
  #buckets: Bucket[] = [];
  #stride = 1;
  /** What {@link change} has told is right up to here. */
  #told = 0;

  add(point: CurvePoint): void {
    const last = this.#buckets.at(-1);
    if (last !== undefined && last.count < this.#stride) {
      addUp(last, { count: 1, ...point });
      this.#told = Math.min(this.#told, this.#buckets.length - 1);
      return;
    }
    if (this.#buckets.length === MOST_POINTS) this.#halve();
    this.#buckets.push({ count: 1, ...point });
  }

  /** The whole curve. */
  all(): CurveChange {
    return this.#from(0);
  }

  /** What came since this was last asked; undefined where nothing did. */
  change(): CurveChange | undefined {
    if (this.#told === this.#buckets.length) return undefined;
    const change = this.#from(this.#told);
    this.#told = this.#buckets.length;
    return change;
  }

  #from(from: number): CurveChange {
    const buckets = this.#buckets.slice(from);
    const means = (key: keyof CurvePoint, digits: number) =>
      buckets.map((bucket) => Number((bucket[key] / bucket.count).toPrecision(digits)));
    return {
      from,
      step: means('step', 7),
      epoch: means('epoch', 6),
      seconds: means('seconds', 6),
      value: means('value', 5),
    };
  }

  #halve(): void {
    const halved: Bucket[] = [];
    for (let at = 0; at < this.#buckets.length; at += 2) {
      const [one, other] = [this.#buckets[at]!, this.#buckets[at + 1]];
      if (other !== undefined) addUp(one, other);
      halved.push(one);
    }
    this.#buckets = halved;
    this.#stride *= 2;
    this.#told = 0;
  }
}

function addUp(sum: Bucket, other: Bucket): void {
  sum.count += other.count;
  sum.step += other.step;
  sum.epoch += other.epoch;
  sum.seconds += other.seconds;
  sum.value += other.value;
}
