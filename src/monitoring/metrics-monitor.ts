/**
 * `metrics.jsonl` as a monitor: scalars, with where the run stood.
 *
 * @module
 */
import type { MetricsFile } from './metrics-file.js';
import type { Monitor } from './monitor.js';

export interface MetricsMonitorOptions {
  /** Optimizer steps of one epoch; a line says the epoch as a fraction. */
  readonly stepsPerEpoch: number;
}

/**
 * Appends the scalars of a call as one line, at once. Histograms, images and text are not for this file.
 * `seconds` go on from the last line of an earlier part of the run.
 */
export class MetricsMonitor implements Monitor {
  readonly #file: MetricsFile;
  readonly #stepsPerEpoch: number;
  /** Seconds that earlier parts of the run took; read at the first line, after any rewind. */
  #earlier: number | undefined;
  readonly #started = performance.now();

  constructor(file: MetricsFile, { stepsPerEpoch }: MetricsMonitorOptions) {
    this.#file = file;
    this.#stepsPerEpoch = stepsPerEpoch;
  }

  scalar(tag: string, value: number, step: number): void {
    this.scalars({ [tag]: value }, step);
  }

  scalars(values: Readonly<Record<string, number>>, step: number): void {
    this.#earlier ??= this.#file.read().at(-1)?.seconds ?? 0;
    const seconds = this.#earlier + (performance.now() - this.#started) / 1000;
    this.#file.append({ step, epoch: step / this.#stepsPerEpoch, seconds, ...values });
  }

  histogram(): void {
    // not for this file
  }

  image(): void {
    // not for this file
  }

  text(): void {
    // not for this file
  }

  flush(): void {
    // every line is written at once
  }

  close(): void {
    // the file is open only while a line is written
  }
}
