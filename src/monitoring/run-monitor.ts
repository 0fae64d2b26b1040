/**
 * The monitor of a run folder: `metrics.jsonl` and TensorBoard event files, with the same scalars.
 *
 * @module
 */
import { fanOut } from './fan-out.js';
import { MetricsFile } from './metrics-file.js';
import { MetricsMonitor, type MetricsMonitorOptions } from './metrics-monitor.js';
import type { Monitor } from './monitor.js';
import type { MetricsRecord, RunFolder } from './run-folder.js';
import { TensorBoardMonitor } from './tensorboard/index.js';

/**
 * Reports a run into its folder:
 *
 *     const monitor = new RunMonitor(folder, { stepsPerEpoch });
 *     monitor.rewind(step); // where the checkpoint stands; 0 for a new run
 *     …
 *     monitor.scalars({ 'train/loss': loss }, step);
 *     …
 *     monitor.flush(); // before a checkpoint: what it promises must be on disk
 *     monitor.close();
 *
 * Neither file is made before there is something to write.
 */
export class RunMonitor implements Monitor {
  readonly #file: MetricsFile;
  readonly #tensorBoard: TensorBoardMonitor;
  readonly #both: Monitor;

  constructor(folder: RunFolder, options: MetricsMonitorOptions) {
    this.#file = new MetricsFile(folder.metrics);
    this.#tensorBoard = new TensorBoardMonitor(folder.path);
    this.#both = fanOut(new MetricsMonitor(this.#file, options), this.#tensorBoard);
  }

  /**
   * Forgets what was reported after `step`, by a run that was killed after its last checkpoint. To be called before
   * anything is reported. Lines after the step leave `metrics.jsonl`; TensorBoard's files stay as they are, and the
   * new one tells TensorBoard not to show their later events (its fast loader does so tag by tag, once a tag is
   * written again).
   */
  rewind(step: number): void {
    this.#file.rewind(step);
    this.#tensorBoard.rewind(step);
  }

  /** The lines of `metrics.jsonl` so far. */
  read(): MetricsRecord[] {
    return this.#file.read();
  }

  scalar(tag: string, value: number, step: number): void {
    this.#both.scalar(tag, value, step);
  }

  scalars(values: Readonly<Record<string, number>>, step: number): void {
    this.#both.scalars(values, step);
  }

  histogram(tag: string, values: ArrayLike<number>, step: number): void {
    this.#both.histogram(tag, values, step);
  }

  image(tag: string, png: Uint8Array, width: number, height: number, step: number): void {
    this.#both.image(tag, png, width, height, step);
  }

  text(tag: string, text: string, step: number): void {
    this.#both.text(tag, text, step);
  }

  flush(): void {
    this.#both.flush();
  }

  close(): void {
    this.#both.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
