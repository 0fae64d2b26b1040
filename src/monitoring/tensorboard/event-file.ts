/**
 * One event file: `events.out.tfevents.<seconds>.<host>.<process>.<number>`, appended to as events come.
 *
 * @module
 */
import { closeSync, ftruncateSync, openSync, readdirSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { SaddlepointError } from '../../engine/errors.js';
import { makeFolder } from '../../engine/folders.js';
import { event, type EventContent } from './events.js';
import { frameRecord } from './record.js';

export interface EventFileOptions {
  /** Written once this many events wait (default 100) … */
  readonly flushEvents?: number;
  /** … or, at an event, when the last write is this long ago (default 5 seconds). */
  readonly flushSeconds?: number;
  /** Milliseconds since 1970; for tests. */
  readonly now?: () => number;
}

/** Of this process, for names of their own. */
let serial = 0;

/** Nothing is made before the first event. */
export class EventFile {
  readonly #folder: string;
  readonly #flushEvents: number;
  readonly #flushMilliseconds: number;
  readonly #now: () => number;
  #path: string | undefined;
  #file: number | undefined;
  #written = 0;
  #waiting: Buffer[] = [];
  #lastFlush: number;

  constructor(folder: string, options: EventFileOptions = {}) {
    this.#folder = folder;
    this.#flushEvents = options.flushEvents ?? 100;
    this.#flushMilliseconds = 1000 * (options.flushSeconds ?? 5);
    this.#now = options.now ?? Date.now;
    this.#lastFlush = this.#now();
  }

  /** Where it lies; undefined before the first write. */
  get path(): string | undefined {
    return this.#path;
  }

  /** @throws SaddlepointError FILE when the file cannot be written; what is in it already stays whole */
  append(step: number, content: EventContent): void {
    const now = this.#now();
    // A reader wants to know first what it reads; "brain.Event:2" makes it heed restarts.
    if (this.#path === undefined && this.#waiting.length === 0) {
      this.#waiting.push(frameRecord(event(now / 1000, 0, { fileVersion: 'brain.Event:2' })));
    }
    this.#waiting.push(frameRecord(event(now / 1000, step, content)));
    // No timer: an error belongs to a call of the run, and not to a moment in which nobody catches it.
    if (this.#waiting.length >= this.#flushEvents || now - this.#lastFlush >= this.#flushMilliseconds) this.flush();
  }

  /** Hands what waits to the operating system, which keeps it also when this process is killed. */
  flush(): void {
    this.#lastFlush = this.#now();
    if (this.#waiting.length === 0) return;
    const bytes = Buffer.concat(this.#waiting);
    try {
      this.#file ??= this.#open();
      for (let offset = 0; offset < bytes.length;) offset += writeSync(this.#file, bytes, offset);
    } catch (cause) {
      this.#undo();
      const where = this.#path ?? this.#folder;
      throw new SaddlepointError('FILE', `${where} cannot be written: ${(cause as Error).message}`, { cause });
    }
    this.#written += bytes.length;
    this.#waiting = [];
  }

  close(): void {
    try {
      this.flush();
    } finally {
      if (this.#file !== undefined) closeSync(this.#file);
      this.#file = undefined;
      this.#waiting = [];
    }
  }

  #open(): number {
    if (this.#path !== undefined) return openSync(this.#path, 'a'); // closed, and written to again
    makeFolder(this.#folder);
    serial += 1;
    const host = hostname().replaceAll(/[^\w-]/g, '-');
    const path = join(this.#folder, `${PREFIX}${this.#seconds()}.${host}.${process.pid}.${serial}`);
    const file = openSync(path, 'ax');
    this.#path = path;
    return file;
  }

  /** TensorBoard reads a folder's files in the order of their names, so a name must come after those there are. */
  #seconds(): string {
    const taken = readdirSync(this.#folder).flatMap((name) => (name.startsWith(PREFIX) ? [timeOf(name)] : []));
    const seconds = Math.max(Math.floor(this.#now() / 1000), ...taken.map((time) => time + 1));
    return String(seconds).padStart(10, '0');
  }

  /** Half a record would make TensorBoard give up on all that follows. */
  #undo(): void {
    try {
      if (this.#file !== undefined) ftruncateSync(this.#file, this.#written);
    } catch {
      // The disk is gone; the first error says more.
    }
  }
}

const PREFIX = 'events.out.tfevents.';

/** The seconds in a file's name; 0 where there are none. */
function timeOf(name: string): number {
  const seconds = Number(name.slice(PREFIX.length).split('.')[0]);
  return Number.isSafeInteger(seconds) ? seconds : 0;
}
