/**
 * Reads what `torch.export.save` writes: a zip archive of a program in JSON, and the tensors it computes with. Nothing
 * in it is executed, and of its pickles only tensors are read.
 *
 * There are three layouts. PyTorch 2.3 to 2.7 put the program and two files of `torch.save` side by side; 2.8 has a
 * folder with a version in it and the same two files; from 2.9 on every storage is a file of its own, which a list in
 * JSON describes.
 *
 * @module
 */
import { z } from 'zod';
import { PickleError } from './pickle.js';
import type { Tensor } from './tensor.js';
import { openTorchArchive } from './torch-archive.js';
import { readStored } from './torch-file.js';
import { DTYPE_OF_CODE, STRIDED_LAYOUT, WIDTHS } from './torch-codes.js';
import { Storage, StorageType, StoredTensor } from './torch-names.js';
import { selectState } from './torch-states.js';
import { StoredZip, ZipError } from './zip.js';

/** Of the program's text, in bytes; that of a network of some thousand operators has ten million. */
const MOST_TEXT = 128 * 2 ** 20;
/** The largest version of the archive that is known. */
const ARCHIVE_VERSION = 0;

/** Why an archive was refused; whoever opened it says which file it was. */
export class ExportedArchiveError extends Error {}

/** What a program computes with, by the names of the network's state dict. */
export interface ExportedTensors {
  /** Parameters and buffers. */
  readonly weights: Map<string, Tensor>;
  /** Buffers that are not saved, and tensors that the network's code made. */
  readonly constants: Map<string, Tensor>;
}

type Part = keyof ExportedTensors;
/** By the layouts from 2.9 on, 2.8, and before. */
const LISTS: Readonly<Record<Part, readonly [config: string, folder: string, whole: string, old: string]>> = {
  weights: [
    'data/weights/model_weights_config.json',
    'data/weights/',
    'data/weights/model.pt',
    'serialized_state_dict.pt',
  ],
  constants: [
    'data/constants/model_constants_config.json',
    'data/constants/',
    'data/constants/model.pt',
    'serialized_constants.pt',
  ],
};

const whole = z.strictObject({ as_int: z.number().int() }).transform(({ as_int }) => as_int);
const payload = z.object({
  path_name: z.string(),
  use_pickle: z.boolean(),
  tensor_meta: z
    .object({
      dtype: z.number(),
      sizes: z.array(whole.pipe(z.number().min(0))),
      strides: z.array(whole.pipe(z.number().min(0))),
      storage_offset: whole.pipe(z.number().min(0)),
      layout: z.number(),
    })
    .nullable(),
});
const config = z.object({ config: z.record(z.string(), payload) });

/** An open archive; open it with `using`. */
export class ExportedArchive implements Disposable {
  readonly #path: string;
  readonly #zip: StoredZip;
  /** The folder that all lies in, with a slash; nothing in the oldest layout. */
  readonly #root: string;

  /** @throws ExportedArchiveError or ZipError where it is no such archive, or of a version that is not known */
  constructor(path: string) {
    this.#path = path;
    this.#zip = new StoredZip(path);
    try {
      this.#root = this.#rootOf();
      const order = this.#text('byteorder', 16);
      if (order !== undefined && order !== 'little')
        throw new ExportedArchiveError('its numbers have the bytes in another order');
      const version = this.#text('archive_version', 16);
      if (version !== undefined && Number(version) !== ARCHIVE_VERSION)
        throw new ExportedArchiveError(
          `expected version ${ARCHIVE_VERSION} of the archive, received ${JSON.stringify(version)}`,
        );
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /** The program, as JSON. @throws ExportedArchiveError where there is none */
  get program(): string {
    const text =
      this.#text('models/model.json', MOST_TEXT) ?? this.#text('serialized_exported_program.json', MOST_TEXT);
    if (text !== undefined) return text;
    const others = this.#zip.names.filter((name) => name.includes('/data/aotinductor/') || name.includes('/models/'));
    throw new ExportedArchiveError(
      `it has no program models/model.json${others.length === 0 ? '' : `, but ${others.slice(0, 3).join(', ')}`}. ` +
        'torch.export.save(program, path) writes one',
    );
  }

  /**
   * New tensors on the CPU.
   *
   * @throws ExportedArchiveError, PickleError or ZipError for what is missing, lies about its size, or is no tensor
   */
  tensors(): ExportedTensors {
    return { weights: this.#read('weights'), constants: this.#read('constants') };
  }

  #read(part: Part): Map<string, Tensor> {
    const [list, folder, whole, old] = LISTS[part];
    const text = this.#text(list, MOST_TEXT);
    if (text !== undefined) return this.#readListed(text, folder);
    for (const name of [whole, old]) {
      if (this.#zip.sizeOf(this.#root + name) === undefined) continue;
      using archive = openTorchArchive(this.#path, this.#zip.locate(this.#root + name));
      if (archive.content instanceof Map && archive.content.size === 0) return new Map();
      return readStored(archive, selectState(this.#path, archive.content, undefined).state);
    }
    if (part === 'weights') throw new ExportedArchiveError('it has no weights');
    return new Map();
  }

  #readListed(text: string, folder: string): Map<string, Tensor> {
    const stored = Object.entries(parse(config, text, 'list of tensors').config).map(
      ([name, entry]) => [name, this.#describe(name, entry, folder)] as const,
    );
    const source = { size: this.#zip.size, storage: ({ key }: Storage) => this.#zip.read(key) };
    return readStored(source, new Map(stored));
  }

  #describe(
    name: string,
    { path_name: file, use_pickle: pickled, tensor_meta: meta }: z.output<typeof payload>,
    folder: string,
  ) {
    if (pickled || meta === null)
      throw new ExportedArchiveError(`${name} is a pickled object, which would have to be executed`);
    const dtype = DTYPE_OF_CODE[meta.dtype];
    if (dtype === undefined || meta.layout !== STRIDED_LAYOUT)
      throw new ExportedArchiveError(
        `${name} is of a type or layout that is not read, of the numbers ${meta.dtype} and ${meta.layout}`,
      );
    const { sizes, strides, storage_offset: offset } = meta;
    if (sizes.length !== strides.length)
      throw new ExportedArchiveError(`${name} has ${sizes.length} sizes and ${strides.length} strides`);
    const key = `${this.#root}${folder}${file}`;
    const bytes = this.#zip.sizeOf(key);
    if (bytes === undefined) throw new ZipError(`the file ${key} of ${name} is missing`);
    const width = WIDTHS[dtype];
    const elements = Math.floor(bytes / width);
    const isEmpty = sizes.includes(0);
    const last = sizes.reduce((sum, size, dim) => sum + (size - 1) * strides[dim]!, offset);
    if (bytes % width !== 0 || (!isEmpty && last >= elements))
      throw new ExportedArchiveError(
        `${name} needs ${last + 1} numbers of ${width} bytes, but its file ${file} has ${bytes} bytes`,
      );
    return new StoredTensor(
      new Storage(new StorageType(dtype, width), key, elements),
      isEmpty ? 0 : offset,
      sizes,
      strides,
      false,
    );
  }

  /** The text of a file; undefined where there is none. */
  #text(name: string, most: number): string | undefined {
    const size = this.#zip.sizeOf(this.#root + name);
    if (size === undefined) return undefined;
    if (size > most) throw new ExportedArchiveError(`its ${name} claims ${size} bytes, expected at most ${most}`);
    return this.#zip
      .read(this.#root + name)
      .toString('utf8')
      .trim();
  }

  #rootOf(): string {
    const { names } = this.#zip;
    if (names.includes('serialized_exported_program.json')) return '';
    const formats = names.filter((name) => /^[^/]+\/archive_format$/.test(name));
    if (formats.length !== 1) throw new ExportedArchiveError('it is no archive of torch.export');
    return formats[0]!.slice(0, -'archive_format'.length);
  }

  [Symbol.dispose](): void {
    this.#zip.close();
  }
}

/** @throws ExportedArchiveError where the text is no JSON, or has another form */
function parse<Schema extends z.ZodType>(schema: Schema, text: string, what: string): z.output<Schema> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ExportedArchiveError(`its ${what} is no JSON: ${(cause as Error).message}`, { cause });
  }
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const [issue] = error.issues;
  throw new ExportedArchiveError(
    `its ${what} has another form: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
  );
}

/** Whether an error says what is wrong with an archive, and not that a file could not be opened. */
export function isArchiveError(error: unknown): error is Error {
  return [ExportedArchiveError, ZipError, PickleError].some((type) => error instanceof type);
}
