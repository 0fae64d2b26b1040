/**
 * The last picture of each tag in a folder's event files, which TensorBoard shows as well.
 *
 * Checksums are looked at of records with pictures alone: of the others nothing is taken.
 *
 * @module
 */
import { readdir, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import protobuf from 'protobufjs/minimal.js';
import { openFileMeanwhile } from '../../engine/read-file.js';
import { maskedCrc32c } from './crc32c.js';

/** A PNG file as it lies in an event file. */
export interface LatestImage {
  readonly tag: string;
  readonly step: number;
  readonly width: number;
  readonly height: number;
  readonly png: Uint8Array;
}

/** The length of a record, its checksum, and the one of its data behind it, in bytes. */
const HEADER = 12;
const FOOTER = 4;
/** A length beyond is damage. */
const LONGEST_RECORD = 2 ** 26;
/** What is read at once. */
const STRETCH = 2 ** 22;
const FILE_NAME = /^events\.out\.tfevents\.\d+\./;
/** Pictures of more tags are left out. */
const MOST_TAGS = 16;

/** Reads on where it stopped, so that looking again costs what was added. */
export class LatestImages {
  readonly #folder: string;
  /** How far each file was read. */
  #read = new Map<string, number>();
  #images = new Map<string, LatestImage>();
  #looking: Promise<void> | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The last picture of each tag; none where there are no event files. Other work goes on between its stretches. */
  async look(): Promise<readonly LatestImage[]> {
    this.#looking ??= this.#readAll().finally(() => {
      this.#looking = undefined;
    });
    await this.#looking;
    return [...this.#images.values()];
  }

  async #readAll(): Promise<void> {
    const names = await eventFiles(this.#folder);
    if ([...this.#read.keys()].some((name) => !names.includes(name))) this.#forget();
    for (const name of names) {
      try {
        const path = join(this.#folder, name);
        if ((await stat(path)).size < (this.#read.get(name) ?? 0)) this.#forget();
        this.#read.set(name, await this.#readOn(path, this.#read.get(name) ?? 0));
      } catch {
        // It was removed, or cannot be read: the others may.
      }
    }
  }

  /** Of a run that began anew, nothing of the earlier one is to be seen. */
  #forget(): void {
    this.#read = new Map();
    this.#images = new Map();
  }

  /** @returns up to where whole records go */
  async #readOn(path: string, from: number): Promise<number> {
    const file = await openFileMeanwhile(path);
    let at = from;
    try {
      const { size } = await file.stat();
      while (at + HEADER <= size) {
        const bytes = await readAt(file, at, Math.min(STRETCH, size - at));
        const done = this.#takeRecords(bytes);
        at += done;
        if (done > 0) continue;
        const length = recordLength(bytes, 0);
        if (length > size - at || length > LONGEST_RECORD) break;
        this.#takeRecords(await readAt(file, at, length));
        at += length;
      }
    } finally {
      await file.close();
    }
    return at;
  }

  /** Takes the whole records of a stretch. @returns how many bytes they have */
  #takeRecords(bytes: Buffer): number {
    let at = 0;
    while (at + HEADER <= bytes.length) {
      const length = recordLength(bytes, at);
      if (length > bytes.length - at) break;
      const data = bytes.subarray(at + HEADER, at + length - FOOTER);
      const checksum = bytes.readUInt32LE(at + length - FOOTER);
      this.#takeEvent(data, () => maskedCrc32c(data) === checksum);
      at += length;
    }
    return at;
  }

  #takeEvent(data: Uint8Array, isWhole: () => boolean): void {
    let step = 0;
    readMessage(data, {
      2: (reader) => (step = Number(reader.int64())),
      5: (reader) => {
        readMessage(reader.bytes(), { 1: (values) => this.#takeValue(values.bytes(), step, isWhole) });
      },
    });
  }

  /** `Summary.Value` */
  #takeValue(data: Uint8Array, step: number, isWhole: () => boolean): void {
    let tag = '';
    let image: Uint8Array | undefined;
    readMessage(data, { 1: (reader) => (tag = reader.string()), 4: (reader) => (image = reader.bytes()) });
    if (image === undefined || (this.#images.size === MOST_TAGS && !this.#images.has(tag)) || !isWhole()) return;
    let [width, height, png] = [0, 0, new Uint8Array()];
    readMessage(image, {
      1: (reader) => (height = reader.int32()),
      2: (reader) => (width = reader.int32()),
      4: (reader) => (png = Uint8Array.from(reader.bytes())), // a copy: the stretch is not kept for it
    });
    this.#images.set(tag, { tag, step, width, height, png });
  }
}

/** With its header and footer; more than any file has, where the number is damaged. */
function recordLength(bytes: Buffer, at: number): number {
  return HEADER + Number(bytes.readBigUInt64LE(at)) + FOOTER;
}

/** TensorBoard reads them in the order of their names. */
async function eventFiles(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => FILE_NAME.test(name)).sort();
  } catch {
    return [];
  }
}

/** So many bytes; fewer where the file became shorter meanwhile. */
async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { bytesRead, buffer } = await file.read(Buffer.alloc(length), { position });
  return buffer.subarray(0, bytesRead);
}

/** Calls what is there for a field of that number; skips the others. A message that is damaged ends where it is. */
function readMessage(data: Uint8Array, fields: Readonly<Record<number, (reader: protobuf.Reader) => unknown>>): void {
  const reader = protobuf.Reader.create(data);
  try {
    while (reader.pos < reader.len) {
      const key = reader.uint32();
      const take = fields[key >>> 3];
      if (take === undefined) reader.skipType(key & 7);
      else take(reader);
    }
  } catch {
    // cut, or no message: what came before it counts
  }
}
