/**
 * The curves of a run that trains, from the lines of its `metrics.jsonl`.
 *
 * @module
 */
import type { MetricsRecord } from '../monitoring/run-folder.js';
import type { CurveChange } from './protocol.js';
import { ThinnedSeries } from './thinned-series.js';

/** Where a run stands, by the last line. */
export type Position = Pick<MetricsRecord, 'step' | 'epoch' | 'seconds'>;

/** A run's own tags may be any; a file with thousands of them has curves that nobody looks at. */
const MOST_TAGS = 64;
/** Of each parameter; they are for TensorBoard. */
const EVERY_PARAMETER = /^(weight|gradient)\//;
/** The share of the way so far whose pace counts: attacks become longer in the course of a training. */
const RECENT = 0.3;

export class Curves {
  readonly #series = new Map<string, ThinnedSeries>();
  /** As measured: the last point of a thinned curve is a mean. */
  readonly #latest = new Map<string, number>();
  /** Of every line. */
  #pace = new ThinnedSeries();
  #position: Position | undefined;

  forget(): void {
    this.#series.clear();
    this.#latest.clear();
    this.#pace = new ThinnedSeries();
    this.#position = undefined;
  }

  /** Takes a line; one that is no record is left out, such as half a line of a run that was killed. */
  line(text: string): void {
    const record = parseRecord(text);
    if (record === undefined) return;
    const { step, epoch, seconds, ...values } = record;
    this.#position = { step, epoch, seconds };
    this.#pace.add({ step, epoch, seconds, value: 0 });
    for (const [tag, value] of Object.entries(values)) {
      if (EVERY_PARAMETER.test(tag) || !Number.isFinite(value)) continue;
      const known = this.#series.get(tag);
      if (known === undefined && this.#series.size === MOST_TAGS) continue;
      const series = known ?? new ThinnedSeries();
      this.#series.set(tag, series);
      series.add({ step, epoch, seconds, value });
      this.#latest.set(tag, value);
    }
  }

  /** Undefined before the first line. */
  get position(): Position | undefined {
    return this.#position;
  }

  /** Seconds a step, as of late; undefined where too little is known. */
  get secondsPerStep(): number | undefined {
    const { step: steps, seconds } = this.#pace.all();
    const last = steps.at(-1);
    if (last === undefined) return undefined;
    const begin = steps.findIndex((step) => step >= (1 - RECENT) * last);
    const first = Math.min(begin, steps.length - 2);
    if (first < 0) return undefined;
    const done = last - steps[first]!;
    return done > 0 ? (seconds.at(-1)! - seconds[first]!) / done : undefined;
  }

  /** The last value of a tag. */
  latest(tag: string): number | undefined {
    return this.#latest.get(tag);
  }

  /** Every curve, whole. */
  all(): Readonly<Record<string, CurveChange>> {
    return Object.fromEntries([...this.#series].map(([tag, series]) => [tag, series.all()]));
  }

  /** What came since this was last asked, of the curves to which something came. */
  change(): Readonly<Record<string, CurveChange>> {
    return Object.fromEntries(
      [...this.#series].flatMap(([tag, series]) => {
        const change = series.change();
        return change === undefined ? [] : [[tag, change]];
      }),
    );
  }
}

function parseRecord(text: string): MetricsRecord | undefined {
  try {
    const record = JSON.parse(text) as Partial<MetricsRecord> | null;
    const whole = [record?.step, record?.epoch, record?.seconds].every((value) => Number.isFinite(value));
    return whole ? (record as MetricsRecord) : undefined;
  } catch {
    return undefined;
  }
}
