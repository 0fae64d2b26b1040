/**
 * Where a run reports what it measures. A monitor knows nothing of models or tensors: it takes numbers, typed
 * arrays, finished PNG files and text.
 *
 * @module
 */

/**
 * Takes what a run measures. Tags have slashes, as TensorBoard groups them: `train/loss`. `step` is the number of
 * optimizer steps done, a whole number; it does not fall, except after a rewind (see `RunMonitor`).
 *
 * Calls may be buffered. `flush()` brings everything to disk: call it wherever the run promises that nothing before
 * is lost, which is at every checkpoint. `close()` flushes and ends; nothing may be called after it but `close()`.
 */
export interface Monitor {
  scalar(tag: string, value: number, step: number): void;
  /** Several scalars of one step: one line of metrics, one TensorBoard event. */
  scalars(values: Readonly<Record<string, number>>, step: number): void;
  /** The distribution of the values; those that are not finite are left out. */
  histogram(tag: string, values: ArrayLike<number>, step: number): void;
  /** A PNG file of `width` × `height` pixels. */
  image(tag: string, png: Uint8Array, width: number, height: number, step: number): void;
  /** Text, which TensorBoard shows as Markdown. */
  text(tag: string, text: string, step: number): void;
  flush(): void;
  close(): void;
}

const nothing = () => undefined;

/** Takes everything and keeps nothing; for libraries, and where a run is not watched. */
export const silentMonitor: Monitor = {
  scalar: nothing,
  scalars: nothing,
  histogram: nothing,
  image: nothing,
  text: nothing,
  flush: nothing,
  close: nothing,
};
