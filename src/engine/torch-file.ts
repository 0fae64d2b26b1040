/**
 * Reads the weights in PyTorch's own files, `torch.save(model.state_dict(), path)`: pickles that say what the tensors
 * are, and the bytes of each storage (torch-archive.ts). Nothing in it is executed: the pickle may name PyTorch's
 * storages and the functions that put tensors together, and nothing else.
 *
 * LibTorch's C++ reads such files too, but its reader is made for scripted modules, differs between 1.13 and 2.13
 * and would be native code of ours; this is checked line by line.
 *
 * @module
 */
import { SaddlepointError } from './errors.js';
import { native } from './native.js';
import { PickleError } from './pickle.js';
import { tidy } from './scopes.js';
import { Tensor } from './tensor.js';
import { openTorchArchive, PickledNetworkError, type StorageArchive } from './torch-archive.js';
import type { StoredTensor } from './torch-names.js';
import { nameForeignFile, pickledNetwork } from './foreign-files.js';
import { selectState, type SelectedState } from './torch-states.js';
import { ZipError } from './zip.js';

/** So many bytes may any file become, by tensors that share or repeat what is in it. */
const MAXIMUM_REPEATED = 64 * 2 ** 20;

export interface TorchFileOptions {
  /**
   * Which entry of a checkpoint holds the weights, e.g. `state_dict`, `model.ema`, or in short `ema` and `raw`.
   * Default: the only one that can. A file that is nothing but a state dict has no entries, and is read whatever this
   * says.
   */
  readonly entry?: string | undefined;
}

/** A state dict, and where in the file it was. */
export interface TorchFile {
  readonly tensors: Map<string, Tensor>;
  readonly entry: string | undefined;
}

/** The tensors of {@link openTorchFile}. */
export function readTorchFile(path: string, options: TorchFileOptions = {}): Map<string, Tensor> {
  return openTorchFile(path, options).tensors;
}

/**
 * Reads a state dict from a file that `torch.save` wrote, of PyTorch 1.6 and later or of the format before it, into new
 * CPU tensors, under the file's names. Of a checkpoint, which is a dictionary with more in it, it takes the entry that
 * holds tensors alone.
 *
 * @throws SaddlepointError CHECKPOINT when the file is missing, cut off, of another kind, lies about its lengths, names
 *   anything but tensors and plain values, or has no or several state dicts
 */
export function openTorchFile(path: string, options: TorchFileOptions = {}): TorchFile {
  try {
    refuseForeign(path);
    using archive = openTorchArchive(path);
    const { state, entry } = selectState(path, archive.content, options.entry);
    return { tensors: readStored(archive, state), entry };
  } catch (cause) {
    if (cause instanceof SaddlepointError) throw cause;
    const reason = (cause as Error).message;
    const sound = cause instanceof ZipError || cause instanceof PickleError;
    const network = cause instanceof PickledNetworkError ? `. ${pickledNetwork(path)}` : undefined;
    const message = sound
      ? `${path} does not hold a PyTorch state dict that can be read safely: ${reason}${network ?? '. Nothing in it was executed. In Python, torch.save(model.state_dict(), path) writes one'}`
      : `${path} cannot be opened: ${reason}`;
    throw new SaddlepointError('CHECKPOINT', message, { cause });
  }
}

function refuseForeign(path: string): void {
  const foreign = nameForeignFile(path);
  if (foreign === undefined) return;
  throw new SaddlepointError(
    'CHECKPOINT',
    `expected a state dict in ${path}, received ${foreign.kind}. ${foreign.wayIn}`,
  );
}

/**
 * New tensors on the CPU of those that an archive describes.
 *
 * @throws PickleError or ZipError for what is not there or of another length, or claims more than the file could hold
 */
export function readStored(archive: StorageArchive, stored: SelectedState['state']): Map<string, Tensor> {
  const claimed = [...stored.values()].reduce((sum, { size, storage }) => sum + size * storage.type.width, 0);
  // Tensors may share a storage and repeat its numbers, but not so that a small file fills the memory.
  if (claimed > Math.max(2 * archive.size, MAXIMUM_REPEATED))
    throw new PickleError(`its tensors claim ${claimed} bytes of ${archive.size}`);
  return tidy(() => readTensors(archive, stored));
}

/** Makes the tensors, storage by storage, so that each is read once however many tensors lie in it. */
function readTensors(archive: StorageArchive, stored: ReadonlyMap<string, StoredTensor>): Map<string, Tensor> {
  const names = new Map<string, string[]>();
  for (const [name, { storage }] of stored) {
    const sharing = names.get(storage.key);
    if (sharing === undefined) names.set(storage.key, [name]);
    else sharing.push(name);
  }
  const made = new Map<string, Tensor>();
  for (const sharing of names.values()) {
    const bytes = archive.storage(stored.get(sharing[0]!)!.storage);
    for (const name of sharing) made.set(name, materialize(bytes, name, stored.get(name)!));
  }
  return new Map(Array.from(stored.keys(), (name) => [name, made.get(name)!])); // in the file's order
}

function materialize(bytes: Buffer, name: string, tensor: StoredTensor): Tensor {
  const { storage, offset, shape, strides, size } = tensor;
  const { dtype, width } = storage.type;
  if (bytes.length !== storage.elements * width) {
    throw new PickleError(
      `the storage of ${name} has ${bytes.length} bytes, expected ${storage.elements} elements of ${width}`,
    );
  }
  const start = offset * width;
  const rowMajor = shape.map((_, dim) => shape.slice(dim + 1).reduce((product, length) => product * length, 1));
  const inOrder = shape.every((length, dim) => length <= 1 || strides[dim] === rowMajor[dim]);
  const data = inOrder ? bytes.subarray(start, start + size * width) : gather(bytes, tensor);
  const read = new Tensor(native.fromBytes(data, shape, dtype));
  return tensor.negative ? read.neg() : read;
}

/** Copies a tensor with other strides, e.g. channels last or expanded, into row-major order. */
function gather(bytes: Buffer, { shape, strides, offset, size, storage }: StoredTensor): Buffer {
  const { width } = storage.type;
  const data = Buffer.alloc(size * width);
  // In bytes; a dimension of one place changes nothing.
  const dims = shape.flatMap((length, dim) => (length > 1 ? [{ length, stride: strides[dim]! * width }] : []));
  const run = dims.pop() ?? { length: 1, stride: width };
  const index = dims.map(() => 0);
  let from = offset * width;
  for (let to = 0; to < data.length; to += run.length * width) {
    copyRun(bytes, from, data, to, width, run);
    for (let d = dims.length - 1; d >= 0; d -= 1) {
      const { length, stride } = dims[d]!;
      from += stride;
      index[d]! += 1;
      if (index[d]! < length) break;
      from -= length * stride;
      index[d] = 0;
    }
  }
  return data;
}

interface Run {
  readonly length: number;
  readonly stride: number;
}

/** Copies `length` numbers of `width` bytes that lie `stride` bytes apart. */
function copyRun(bytes: Buffer, from: number, data: Buffer, to: number, width: number, { length, stride }: Run): void {
  if (stride === width) bytes.copy(data, to, from, from + length * width);
  else if (stride === 0) data.fill(bytes.subarray(from, from + width), to, to + length * width);
  else {
    for (let i = 0; i < length; i += 1) {
      for (let byte = 0; byte < width; byte += 1) data[to + i * width + byte] = bytes[from + i * stride + byte]!;
    }
  }
}
