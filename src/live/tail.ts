/**
 * A text file that grows: its lines, each once, as they come.
 *
 * @module
 */
import type { FileHandle } from 'node:fs/promises';
import { openFileMeanwhile } from '../engine/read-file.js';

/** The most that is read at once, so that other work goes on between. */
const STRETCH = 2 ** 20;
const NEWLINE = 0x0a;

/** Told of what a {@link Tail} finds. */
export interface TailReader {
  /** The file is another one, or was cut: what it said before counts no more. */
  forget(): void;
  line(text: string): void;
}

/** Whole lines alone: the beginning of one waits for its end. A line longer than a megabyte is left out. */
export class Tail {
  readonly #path: string;
  /** Which file it is: another one may get the inode of one that was removed. */
  #identity: string | undefined;
  #offset = 0;
  #begun: Buffer = Buffer.alloc(0);
  /** Within a line that is too long, up to its end. */
  #isSkipping = false;
  #changed: Date | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** When the file was last written to, as of the last look. */
  get changed(): Date | undefined {
    return this.#changed;
  }

  /** Reads what came since the last look; a file that is not there, is none, or cannot be read, says nothing. */
  async read(reader: TailReader): Promise<void> {
    const file = await openFileMeanwhile(this.#path).catch(() => undefined);
    if (file === undefined) {
      this.#startAnew(undefined, reader);
      return;
    }
    try {
      const { ino, birthtimeNs, size, mtime } = await file.stat({ bigint: true });
      this.#changed = mtime;
      const identity = `${ino} ${birthtimeNs}`;
      if (identity !== this.#identity || size < this.#offset) this.#startAnew(identity, reader);
      await this.#readUpTo(Number(size), file, reader);
    } catch {
      // Of a file system that is gone for a moment the next look may tell more.
    } finally {
      await file.close().catch(() => undefined);
    }
  }

  async #readUpTo(size: number, file: FileHandle, reader: TailReader): Promise<void> {
    while (this.#offset < size) {
      const length = Math.min(STRETCH, size - this.#offset);
      const { bytesRead, buffer } = await file.read(Buffer.alloc(length), { position: this.#offset });
      if (bytesRead === 0) return; // cut while it was read: the next look finds out
      this.#offset += bytesRead;
      this.#take(buffer.subarray(0, bytesRead), reader);
    }
  }

  #startAnew(identity: string | undefined, reader: TailReader): void {
    if (this.#identity !== undefined) reader.forget();
    this.#identity = identity;
    this.#offset = 0;
    this.#begun = Buffer.alloc(0);
    this.#isSkipping = false;
  }

  #take(bytes: Buffer, reader: TailReader): void {
    let rest = bytes;
    if (this.#isSkipping) {
      const end = bytes.indexOf(NEWLINE);
      if (end < 0) return;
      rest = bytes.subarray(end + 1);
      this.#isSkipping = false;
    }
    const end = rest.lastIndexOf(NEWLINE);
    if (end >= 0) {
      const text = Buffer.concat([this.#begun, rest.subarray(0, end)]).toString('utf8');
      for (const line of text.split('\n')) if (line !== '' && line.length <= STRETCH) reader.line(line);
      this.#begun = Buffer.alloc(0);
    }
    // A copy, so that a few bytes do not keep a whole stretch alive.
    this.#begun = Buffer.concat([this.#begun, rest.subarray(end + 1)]);
    if (this.#begun.length <= STRETCH) return;
    this.#begun = Buffer.alloc(0);
    this.#isSkipping = true;
  }
}
