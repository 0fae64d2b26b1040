/**
 * Reads zip archives whose files are stored without compression, which is what PyTorch writes. Every length
 * and position the archive claims is checked against the file before anything is read.
 *
 * @module
 */
import { closeSync } from 'node:fs';
import { openFile, readAt } from './read-file.js';

interface Entry {
  /** Where its local header starts. */
  readonly header: number;
  /** In the archive. */
  readonly size: number;
  readonly compressed: boolean;
}

/** The fixed parts of the format's records, and the longest comment at the end. */
const [END, LOCATOR, END_64, CENTRAL, LOCAL, COMMENT] = [22, 20, 56, 46, 30, 0xffff];
/** Archives of models have some thousand files; more, or a longer list, is a lie. */
const MAXIMUM_FILES = 2 ** 16;
const MAXIMUM_LIST = 16 * 2 ** 20;

/** Why an archive was refused; whoever opened it says which file it was. */
export class ZipError extends Error {}

/** Where in a file an archive lies that is itself a file of another archive. */
export interface Within {
  readonly start: number;
  readonly size: number;
}

/** An open archive; close it, or open it with `using`. */
export class StoredZip {
  readonly size: number;
  readonly #file: number;
  readonly #start: number;
  readonly #entries: ReadonlyMap<string, Entry>;

  /**
   * @param within where it lies in the file; default: it is the file
   * @throws ZipError when it is no archive, is cut off, or lies about itself
   * @throws Error when the file cannot be opened, or is none
   */
  constructor(path: string, within?: Within) {
    const { file, size } = openFile(path);
    [this.#file, this.size, this.#start] = [file, within?.size ?? size, within?.start ?? 0];
    try {
      this.#entries = this.#list();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** The names of its files, in the archive's order. */
  get names(): string[] {
    return [...this.#entries.keys()];
  }

  /** The length of a file in bytes, or undefined when there is none of that name. */
  sizeOf(name: string): number | undefined {
    return this.#entries.get(name)?.size;
  }

  /** @throws ZipError when there is no such file, it is compressed, or it does not lie where the archive says */
  read(name: string): Buffer {
    const { start, size } = this.locate(name);
    return this.#readAt(start, size);
  }

  /** Where the bytes of a file are in the archive. @throws ZipError as {@link read} */
  locate(name: string): { readonly start: number; readonly size: number } {
    const entry = this.#entries.get(name);
    if (entry === undefined) throw new ZipError(`the file ${name} is missing`);
    if (entry.compressed) throw new ZipError(`the file ${name} is compressed, expected it stored`);
    const local = this.#readAt(entry.header, LOCAL);
    if (local.readUInt32LE() !== 0x04034b50) throw new ZipError(`the file ${name} is not where the list says`);
    const start = entry.header + LOCAL + local.readUInt16LE(26) + local.readUInt16LE(28);
    if (start + entry.size > this.size) throw new ZipError(`the file ${name} lies beyond the end`);
    return { start, size: entry.size };
  }

  /** Bytes of the archive itself, such as a part of what {@link locate} found. @throws ZipError beyond its end */
  readPart(start: number, length: number): Buffer {
    return this.#readAt(start, length);
  }

  close(): void {
    closeSync(this.#file);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Reads the list of files, which is at the end. */
  #list(): Map<string, Entry> {
    const { count, length, position } = this.#findList();
    if (count > MAXIMUM_FILES) throw new ZipError(`it claims to hold ${count} files`);
    if (length > MAXIMUM_LIST) throw new ZipError(`its list of files claims ${length} bytes`);
    const list = this.#readAt(position, length);
    const entries = new Map<string, Entry>();
    for (let at = 0, left = count; left > 0; left -= 1) {
      if (at + CENTRAL > length || list.readUInt32LE(at) !== 0x02014b50) throw new ZipError('its list of files is cut');
      const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) => list.readUInt16LE(at + field));
      const nameEnd = at + CENTRAL + nameLength!;
      const end = nameEnd + extraLength! + commentLength!;
      if (end > length) throw new ZipError('its list of files is cut');
      const name = list.toString('utf8', at + CENTRAL, nameEnd);
      if (entries.has(name)) throw new ZipError(`it holds two files ${name}`);
      entries.set(name, this.#entry(name, list.subarray(at, nameEnd), list.subarray(nameEnd, nameEnd + extraLength!)));
      at = end;
    }
    // Files that lie on one another would make much out of little.
    const total = [...entries.values()].reduce((sum, { size }) => sum + size, 0);
    if (total > this.size) throw new ZipError(`its files claim ${total} bytes of ${this.size}`);
    return entries;
  }

  #entry(name: string, record: Buffer, extra: Buffer): Entry {
    if ((record.readUInt16LE(8) & 1) !== 0) throw new ZipError(`the file ${name} is encrypted`);
    const compressed = record.readUInt16LE(10) !== 0;
    const wide = wideFields(extra);
    // A field that is full stands in the extra record instead, in this order.
    const field = (at: number): number => {
      const value = record.readUInt32LE(at);
      return value === 0xffffffff ? (wide.shift() ?? value) : value;
    };
    const [size, stored, header] = [field(24), field(20), field(42)];
    if (size !== stored && !compressed)
      throw new ZipError(`the file ${name} claims two lengths, ${size} and ${stored}`);
    if (header + LOCAL + stored > this.size) throw new ZipError(`the file ${name} lies beyond the end`);
    return { header, size: stored, compressed };
  }

  #findList(): { count: number; length: number; position: number } {
    if (this.size < END) throw new ZipError(`expected a zip archive, received ${this.size} bytes`);
    const start = Math.max(0, this.size - END - COMMENT);
    const tail = this.#readAt(start, this.size - start);
    const end = tail.lastIndexOf('PK\x05\x06', tail.length - END, 'latin1');
    if (end < 0) throw new ZipError('expected a zip archive, found no end of one; is the file cut off?');
    const before = end - LOCATOR;
    if (before >= 0 && tail.readUInt32LE(before) === 0x07064b50) {
      const record = this.#readAt(whole(tail.readBigUInt64LE(before + 8)), END_64);
      if (record.readUInt32LE() !== 0x06064b50) throw new ZipError('its end is not where it says');
      const [count, length, position] = [32, 40, 48].map((at) => whole(record.readBigUInt64LE(at)));
      return { count: count!, length: length!, position: position! };
    }
    return {
      count: tail.readUInt16LE(end + 10),
      length: tail.readUInt32LE(end + 12),
      position: tail.readUInt32LE(end + 16),
    };
  }

  #readAt(position: number, length: number): Buffer {
    if (position + length > this.size) throw new ZipError(`byte ${position + length} lies beyond its ${this.size}`);
    return readAt(this.#file, this.#start + position, length);
  }
}

/** The 64-bit numbers of an entry, where it has any. */
function wideFields(extra: Buffer): number[] {
  for (let at = 0; at + 4 <= extra.length;) {
    const [kind, length] = [extra.readUInt16LE(at), extra.readUInt16LE(at + 2)];
    const field = extra.subarray(at + 4, at + 4 + length);
    if (kind === 1) {
      return Array.from({ length: Math.floor(field.length / 8) }, (_, i) => whole(field.readBigUInt64LE(8 * i)));
    }
    at += 4 + length;
  }
  return [];
}

function whole(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new ZipError(`it claims the position ${value}`);
  return Number(value);
}
