/**
 * The two formats of PyTorch's files: what their pickle describes, and the bytes of each storage.
 *
 * Since 1.6 a file is a zip archive with one pickle and a file for each storage. Before it was one pickle after the
 * other (a magic number, a version, a machine's properties, the content, the storages' names), then the storages one
 * after the other, each behind its number of elements. Most robust networks of 2018 to 2020 were published so.
 *
 * @module
 */
import { closeSync } from 'node:fs';
import { PickleError, readPickle, readPickleAt } from './pickle.js';
import { openFile, readAt } from './read-file.js';
import type { Storage } from './torch-names.js';
import { nameOf, storageOf } from './torch-names.js';
import { StoredZip, type Within } from './zip.js';

const MAXIMUM_PICKLE = 64 * 2 ** 20;
/** What torch.serialization begins a file of the old format with, and its version. */
const MAGIC = 0x1950a86a20f9469cfc6cn;
const VERSION = 1001;
/** A class's name at the beginning of a pickle is no longer. */
const CLASS_BYTES = 512;
/** Of a storage's number of elements. */
const COUNT_BYTES = 8;

/** A file of `torch.save(model, path)`: the network's own classes, in place of a state dict. */
export class PickledNetworkError extends PickleError {}

/** Where the bytes of tensors are. */
export interface StorageArchive {
  /** In bytes. */
  readonly size: number;
  /** The bytes of a storage. @throws PickleError or ZipError where it is not there or of another length */
  storage(storage: Storage): Buffer;
}

export interface TorchArchive extends StorageArchive, Disposable {
  readonly content: unknown;
}

/**
 * @param within where in the file it lies, where that is an archive of archives; of the newer format then
 * @throws PickleError or ZipError where the file is of neither format, cut off, or lies about itself
 */
export function openTorchArchive(path: string, within?: Within): TorchArchive {
  if (within !== undefined) return new ZippedArchive(path, within);
  const { file, size } = openFile(path);
  try {
    const [first, version] = readAt(file, 0, Math.min(2, size));
    const isPickle = first === 0x80 && version !== undefined && version <= 5;
    if (isPickle) return new LegacyArchive(file, size);
  } catch (error) {
    closeSync(file);
    throw error;
  }
  closeSync(file);
  return new ZippedArchive(path);
}

class ZippedArchive implements TorchArchive {
  readonly size: number;
  readonly content: unknown;
  readonly #zip: StoredZip;
  readonly #root: string;

  constructor(path: string, within?: Within) {
    this.#zip = new StoredZip(path, within);
    try {
      this.size = this.#zip.size;
      this.#root = rootOf(this.#zip);
      const order = `${this.#root}byteorder`;
      const length = this.#zip.sizeOf(order) ?? 0;
      if (length > 0 && (length > 16 || this.#zip.read(order).toString() !== 'little')) throw bigEndian();
      const name = `${this.#root}data.pkl`;
      if (this.#zip.sizeOf(name)! > MAXIMUM_PICKLE) throw new PickleError('its description of the tensors is too long');
      const pickle = this.#zip.read(name);
      this.content = orNetwork(pickle, 0, () => readPickle(pickle, { global: nameOf, persistent: storageOf }));
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  storage({ key }: Storage): Buffer {
    return this.#zip.read(`${this.#root}data/${key}`);
  }

  [Symbol.dispose](): void {
    this.#zip.close();
  }
}

/** What is refused and begins with a class, or as the old format begins a class of a network, is one as a whole. */
function orNetwork<Result>(pickle: Buffer, at: number, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    const begin = /^\x80.(?:\x95.{8})?(?:c(?<file>[\w.]+)\n(?<name>[\w.]+)\n|\(X\x06\0\0\0module)/s;
    const found = begin.exec(pickle.toString('latin1', at, at + CLASS_BYTES));
    const { file, name } = found?.groups ?? {};
    if (found === null || file === 'collections' || !(error instanceof PickleError)) throw error;
    const called = name === undefined ? '' : `, ${file}.${name},`;
    throw new PickledNetworkError(
      `it holds a whole network${called} as Python objects, which would have to be executed`,
      { cause: error },
    );
  }
}

const bigEndian = () => new PickleError('its numbers have the bytes in another order');

/** The folder in the archive, named after the file it was first saved as. */
function rootOf(archive: StoredZip): string {
  const pickles = archive.names.filter((name) => /^[^/]+\/data\.pkl$/.test(name));
  if (pickles.length !== 1) throw new PickleError(`it has ${pickles.length} files data.pkl, expected one`);
  return pickles[0]!.slice(0, -'data.pkl'.length);
}

class LegacyArchive implements TorchArchive {
  readonly content: unknown;
  /** Where the number of elements of each storage stands. */
  readonly #places = new Map<string, number>();
  readonly #file: number;

  /** @param file is closed with the archive, or by the caller where this throws */
  constructor(
    file: number,
    readonly size: number,
  ) {
    this.#file = file;
    const start = readAt(file, 0, Math.min(size, MAXIMUM_PICKLE));
    const storages = new Map<string, Storage>();
    const persistent = (id: unknown) => {
      const storage = storageOf(id);
      const same = storages.get(storage.key) ?? storage;
      if (same.type !== storage.type && same.type.dtype !== storage.type.dtype)
        throw new PickleError(`the storage ${storage.key} has two types`);
      storages.set(storage.key, same);
      return storage;
    };
    const plain = { global: () => undefined };
    const magic = readPickleAt(start, 0, plain);
    if (magic.value !== MAGIC) throw new PickleError('it is a pickle, and none that torch.save wrote');
    const version = readPickleAt(start, magic.end, plain);
    if (version.value !== VERSION)
      throw new PickleError(`it is of an unknown version of the format before PyTorch 1.6`);
    const machine = readPickleAt(start, version.end, plain);
    if (!(machine.value instanceof Map) || machine.value.get('little_endian') !== true) throw bigEndian();
    const content = orNetwork(start, machine.end, () =>
      readPickleAt(start, machine.end, { global: nameOf, persistent }),
    );
    const keys = readPickleAt(start, content.end, plain);
    this.content = content.value;
    this.#place(keys.value, storages, keys.end);
  }

  /** The storages follow in the order of the list, each as long as the content says. */
  #place(keys: unknown, storages: ReadonlyMap<string, Storage>, end: number): void {
    let at = end;
    for (const key of Array.isArray(keys) ? (keys as unknown[]) : []) {
      const name = key instanceof Buffer ? key.toString('latin1') : key;
      const storage = typeof name === 'string' ? storages.get(name) : undefined;
      if (storage === undefined) throw new PickleError('it lists a storage that no tensor has');
      this.#places.set(storage.key, at);
      at += COUNT_BYTES + storage.elements * storage.type.width;
      if (at > this.size) throw new PickleError('it ends before all of its numbers');
    }
  }

  storage({ key, elements, type }: Storage): Buffer {
    const place = this.#places.get(key);
    if (place === undefined) throw new PickleError(`the storage ${key} is missing`);
    const count = readAt(this.#file, place, COUNT_BYTES).readBigInt64LE();
    if (count !== BigInt(elements))
      throw new PickleError(`the storage ${key} has ${count} elements, expected ${elements}`);
    return readAt(this.#file, place + COUNT_BYTES, elements * type.width);
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
  }
}
