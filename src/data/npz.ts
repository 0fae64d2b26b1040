/**
 * Reads arrays of NumPy's `.npz`, zip archives of `.npy` files, without taking them into memory: the headers at once,
 * the numbers by their place in the file. Nothing is unpickled.
 *
 * @module
 */
import { StoredZip } from '../engine/zip.js';
import { NPY_TYPES, npyHeader, npyValues, type NpyHeader, type NpyValues } from './npy.js';

/** A header is some hundred bytes; one of more is a lie. */
const LONGEST_HEADER = 64 * 2 ** 10;

/** One array of an archive. */
export interface NpzArray extends NpyHeader {
  /** Bytes of one entry along the first dimension. */
  readonly rowBytes: number;
}

/** An open archive; close it, or open it with `using`. */
export class Npz {
  readonly #zip: StoredZip;

  /** @throws Error that says why it cannot be used */
  constructor(path: string) {
    this.#zip = new StoredZip(path);
  }

  /** The names of its arrays. */
  get names(): string[] {
    return this.#zip.names.filter((name) => name.endsWith('.npy')).map((name) => name.slice(0, -'.npy'.length));
  }

  /** What an array is; its `start` is in the archive. @throws Error that says why it cannot be used */
  header(name: string): NpzArray {
    const { start, size } = this.#locate(name);
    try {
      const header = npyHeader(this.#zip.readPart(start, Math.min(size, LONGEST_HEADER)), size);
      const width = NPY_TYPES.get(header.descr)!.width;
      const rowBytes = header.shape.slice(1).reduce((product, length) => product * length, width);
      return { ...header, start: start + header.start, rowBytes };
    } catch (cause) {
      throw new Error(`its array \`${name}\`: ${(cause as Error).message}`, { cause });
    }
  }

  /** All numbers of an array; they are in memory then. */
  values({ descr, shape, start, rowBytes }: NpzArray): NpyValues {
    return npyValues(descr, this.#zip.readPart(start, rowBytes * (shape[0] ?? 1)));
  }

  /** One entry along the first dimension, as the bytes it has in the file. */
  row({ start, rowBytes }: NpzArray, index: number): Buffer {
    return this.#zip.readPart(start + index * rowBytes, rowBytes);
  }

  #locate(name: string): { readonly start: number; readonly size: number } {
    try {
      return this.#zip.locate(`${name}.npy`);
    } catch (cause) {
      const { message } = cause as Error;
      if (!message.includes('compressed')) throw cause;
      throw new Error(
        `its array \`${name}\` is compressed, expected one that can be read in parts: save it with numpy.savez ` +
          'in place of savez_compressed',
        { cause },
      );
    }
  }

  [Symbol.dispose](): void {
    this.#zip.close();
  }
}
