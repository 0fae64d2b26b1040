/**
 * TensorBoard as a monitor: `tensorboard --logdir runs` shows the run.
 *
 * @module
 */
import { requireInteger, SaddlepointError } from '../../engine/errors.js';
import type { Monitor } from '../monitor.js';
import { EventFile, type EventFileOptions } from './event-file.js';
import { histogramValue, imageValue, scalarValue, textValue } from './events.js';
import { histogramOf } from './histogram.js';
import type { Message } from './protobuf.js';

/**
 * Writes an event file into a run's folder. Every process makes a file of its own: event files are only ever appended
 * to, and TensorBoard reads all files of a folder as one run, in the order of their names.
 */
export class TensorBoardMonitor implements Monitor {
  readonly #file: EventFile;
  #rewound: number | undefined;

  constructor(folder: string, options: EventFileOptions = {}) {
    this.#file = new EventFile(folder, options);
  }

  /** The event file; undefined before it is made. */
  get path(): string | undefined {
    return this.#file.path;
  }

  /**
   * Tells TensorBoard to forget what earlier files say after `step`. It is told with the next event, in the new file:
   * the earlier files stay as they are. Where there are none, it changes nothing.
   */
  rewind(step: number): void {
    this.#rewound = requireInteger('the step', step, 0);
  }

  scalar(tag: string, value: number, step: number): void {
    this.#append(step, [scalarValue(tag, value)]);
  }

  scalars(values: Readonly<Record<string, number>>, step: number): void {
    const summary = Object.entries(values).map(([tag, value]) => scalarValue(tag, value));
    if (summary.length > 0) this.#append(step, summary);
  }

  histogram(tag: string, values: ArrayLike<number>, step: number): void {
    const histogram = histogramOf(values);
    if (histogram !== undefined) this.#append(step, [histogramValue(tag, histogram)]);
  }

  /** @throws SaddlepointError ARGUMENT when `png` is not a PNG file of that size */
  image(tag: string, png: Uint8Array, width: number, height: number, step: number): void {
    requirePng(png, width, height);
    this.#append(step, [imageValue(tag, png, width, height)]);
  }

  text(tag: string, text: string, step: number): void {
    this.#append(step, [textValue(tag, text)]);
  }

  flush(): void {
    this.#file.flush();
  }

  close(): void {
    this.#file.close();
  }

  #append(step: number, summary: readonly Message[]): void {
    requireInteger('the step', step, 0);
    if (this.#rewound !== undefined) {
      // A restart forgets its own step too, and the last one before is to stay.
      // A run that begins anew says all again, also what it says of step 0.
      this.#file.append(this.#rewound === 0 ? 0 : this.#rewound + 1, { restart: true });
      this.#rewound = undefined;
    }
    this.#file.append(step, { summary });
  }
}

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** TensorBoard hands the bytes to the browser as they are, which would show nothing and say nothing. */
function requirePng(png: Uint8Array, width: number, height: number): void {
  if (png.length < 33 || SIGNATURE.some((byte, index) => png[index] !== byte)) {
    throw new SaddlepointError('ARGUMENT', `expected a PNG file, received ${png.length} other bytes`);
  }
  const header = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const [actualWidth, actualHeight] = [header.getUint32(16), header.getUint32(20)];
  if (actualWidth !== width || actualHeight !== height) {
    throw new SaddlepointError(
      'ARGUMENT',
      `expected a PNG file of ${width} × ${height} pixels, received one of ${actualWidth} × ${actualHeight}`,
    );
  }
}
