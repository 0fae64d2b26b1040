/**
 * A monitor that keeps what it is given in memory: for tests, and for programs that draw their own curves.
 *
 * @module
 */
import type { Monitor } from './monitor.js';

/** One value of a tag. */
export interface Recorded<Value> {
  readonly step: number;
  readonly value: Value;
}

export interface RecordedImage {
  readonly png: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Keeps scalars, histograms, images and texts in memory. */
export class MemoryMonitor implements Monitor {
  /** By kind and tag, in the order of the calls. */
  readonly recorded = {
    scalars: new Map<string, Recorded<number>[]>(),
    histograms: new Map<string, Recorded<Float64Array>[]>(),
    images: new Map<string, Recorded<RecordedImage>[]>(),
    texts: new Map<string, Recorded<string>[]>(),
  };
  /** How often it was flushed. */
  flushes = 0;
  closed = false;

  scalar(tag: string, value: number, step: number): void {
    add(this.recorded.scalars, tag, step, value);
  }

  scalars(values: Readonly<Record<string, number>>, step: number): void {
    for (const [tag, value] of Object.entries(values)) this.scalar(tag, value, step);
  }

  /** The values are copied: the caller's array may be written over. */
  histogram(tag: string, values: ArrayLike<number>, step: number): void {
    add(this.recorded.histograms, tag, step, Float64Array.from(values));
  }

  image(tag: string, png: Uint8Array, width: number, height: number, step: number): void {
    add(this.recorded.images, tag, step, { png: Uint8Array.from(png), width, height });
  }

  text(tag: string, text: string, step: number): void {
    add(this.recorded.texts, tag, step, text);
  }

  flush(): void {
    this.flushes += 1;
  }

  close(): void {
    this.closed = true;
  }
}

function add<Value>(kind: Map<string, Recorded<Value>[]>, tag: string, step: number, value: Value): void {
  const series = kind.get(tag);
  if (series === undefined) kind.set(tag, [{ step, value }]);
  else series.push({ step, value });
}
