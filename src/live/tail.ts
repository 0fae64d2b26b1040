/**
 * A text file that grows: its lines, each once, as they come.
 *
 * @module
 */
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

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
  #inode = 0;
  #offset = 0;
  #begun: Buffer = Buffer.alloc(0);
  #changed: Date | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** When the file was last written to, as of the last look. */
  get changed(): Date | undefined {
    return this.#changed;
  }

  /** Reads what came since the last look; a file that is not there, or is none, says nothing. */
  async read(reader: TailReader): Promise<void> {
    const file = await openForReading(this.#path);
    if (file === undefined) {
      if (this.#inode !== 0) this.#startAnew(0, reader);
      return;
    }
    try {
      const { ino, size, mtime } = await file.stat();
      this.#changed = mtime;
      if (ino !== this.#inode || size < this.#offset) this.#startAnew(ino, reader);
      while (this.#offset < size) {
        const { bytesRead, buffer } = await file.read(Buffer.alloc(Math.min(STRETCH, size - this.#offset)), {
          position: this.#offset,
        });
        if (bytesRead === 0) return; // cut while it was read: the next look finds out
        this.#offset += bytesRead;
        this.#take(buffer.subarray(0, bytesRead), reader);
      }
    } finally {
      await file.close();
    }
  }

  #startAnew(inode: number, reader: TailReader): void {
    if (this.#inode !== 0) reader.forget();
    this.#inode = inode;
    this.#offset = 0;
    this.#begun = Buffer.alloc(0);
  }

  #take(bytes: Buffer, reader: TailReader): void {
    const end = bytes.lastIndexOf(NEWLINE);
    if (end >= 0) {
      const text = Buffer.concat([this.#begun, bytes.subarray(0, end)]).toString('utf8');
      for (const line of text.split('\n')) if (line !== '') reader.line(line);
    }
    const rest = bytes.subarray(end + 1);
    // A copy, so that a few bytes do not keep a whole stretch alive.
    this.#begun = end >= 0 ? Buffer.from(rest) : Buffer.concat([this.#begun, rest]);
    if (this.#begun.length > STRETCH) this.#begun = Buffer.alloc(0);
  }
}

/** Undefined for what is not there or not a file; a pipe would never end. */
async function openForReading(path: string): Promise<FileHandle | undefined> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    if ((await file.stat()).isFile()) return file;
    await file.close();
    return undefined;
  } catch {
    return undefined;
  }
}
