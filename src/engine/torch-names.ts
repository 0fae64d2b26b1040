/**
 * The names in the pickles of PyTorch's files: its storages, the functions that put tensors together, and those of
 * which the reason of the refusal can be said.
 *
 * @module
 */
import type { DType } from './dtypes.js';
import { PickleError, PickleFunction } from './pickle.js';
import { besideWeights } from './torch-beside.js';
import { MOST_DIMENSIONS } from './tensor.js';

const STORAGES: Readonly<Record<string, readonly [dtype: DType, width: number]>> = {
  'torch.DoubleStorage': ['float64', 8],
  'torch.FloatStorage': ['float32', 4],
  'torch.HalfStorage': ['float16', 2],
  'torch.BFloat16Storage': ['bfloat16', 2],
  'torch.LongStorage': ['int64', 8],
  'torch.IntStorage': ['int32', 4],
  'torch.ShortStorage': ['int16', 2],
  'torch.CharStorage': ['int8', 1],
  'torch.ByteStorage': ['uint8', 1],
  'torch.BoolStorage': ['bool', 1],
};

/** What PyTorch reads and we do not, and why; a name begins so. */
const REFUSED: readonly (readonly [name: RegExp, reason: string])[] = [
  [/^torch\.Complex\w+Storage$/, 'it holds complex numbers, with which no network here computes'],
  [
    /^torch\.(storage\.UntypedStorage|_utils\._rebuild_tensor_v3)$/,
    'it holds numbers of a type that is not read, such as uint16 or an 8-bit float. Convert them, e.g. with .float()',
  ],
  [/^torch\.(Q\w+Storage|_utils\._rebuild_qtensor)$/, 'it holds quantized tensors. Convert them with .dequantize()'],
  [/^torch\._utils\._rebuild_sparse/, 'it holds sparse tensors. Convert them with .to_dense()'],
  [/^torch\._utils\._rebuild_meta_tensor/, 'it holds tensors without values, of the device meta'],
  [/^torch\.nn\.modules\./, 'it holds layers as Python objects, which would have to be executed'],
];

/** The type of a storage's numbers. */
export class StorageType {
  constructor(
    readonly dtype: DType,
    readonly width: number,
  ) {}
}

/** A storage in the archive: `elements` numbers under the name `key`. */
export class Storage {
  constructor(
    readonly type: StorageType,
    readonly key: string,
    readonly elements: number,
    /** Where a part of it begins and how many numbers it has, which old files may mean in its place. */
    readonly part: { readonly start: number; readonly elements: number } = { start: 0, elements },
  ) {}
}

/** A tensor as the pickle describes it; its bytes are read later. */
export class StoredTensor {
  constructor(
    readonly storage: Storage,
    readonly offset: number,
    readonly shape: readonly number[],
    readonly strides: readonly number[],
    /** Its values are those of the storage with the other sign: PyTorch's negative bit. */
    readonly negative: boolean,
  ) {}

  get size(): number {
    return this.shape.reduce((product, length) => product * length, 1);
  }
}

/**
 * What a name stands for; undefined for one that nobody knows.
 *
 * @throws PickleError with the reason for what PyTorch reads and we do not
 */
export function nameOf(name: string): unknown {
  if (Object.hasOwn(STORAGES, name)) return new StorageType(...STORAGES[name]!);
  switch (name) {
    case 'collections.OrderedDict':
      return new PickleFunction(name, () => new Map());
    case 'torch._utils._rebuild_tensor': // before PyTorch 0.4, without what follows the strides
    case 'torch._utils._rebuild_tensor_v2':
      return new PickleFunction(name, rebuildTensor);
    // A tensor, and what is of no interest here: gradients, hooks, attributes.
    case 'torch._utils._rebuild_parameter':
    case 'torch._utils._rebuild_parameter_with_state':
      return new PickleFunction(name, (tensor) => tensor);
    case 'torch.Size':
      return new PickleFunction(name, (lengths) => lengths);
    default: {
      const refusal = REFUSED.find(([pattern]) => pattern.test(name));
      if (refusal !== undefined) throw new PickleError(refusal[1]);
      return besideWeights(name);
    }
  }
}

/**
 * ('storage', its type, its key, the device it was on, how many elements it has); before PyTorch 1.6 with a sixth
 * value, which is None or (name, start, elements) of the part that is meant. Python 2 wrote text as bytes.
 */
export function storageOf(id: unknown): Storage {
  const [kind, type, key, , elements, part] = Array.isArray(id) ? (id as unknown[]) : [];
  const name = textOf(key);
  if (textOf(kind) !== 'storage' || !(type instanceof StorageType) || name === undefined || !isSize(elements)) {
    throw new PickleError('it describes a storage in an unknown way');
  }
  if (part === undefined || part === null) return new Storage(type, name, elements);
  const [, start, length] = Array.isArray(part) ? (part as unknown[]) : [];
  if (!isSize(start) || !isSize(length) || start + length > elements) {
    throw new PickleError(`it describes a part of a storage of ${elements} elements that does not lie in it`);
  }
  return new Storage(type, name, elements, { start, elements: length });
}

const textOf = (value: unknown): string | undefined => {
  if (value instanceof Buffer && value.length <= 4096) return value.toString('latin1');
  return typeof value === 'string' ? value : undefined;
};

/** Whether a tensor has the negative bit; the conjugate bit, the other one there is, is one of complex numbers. */
function isNegative(metadata: unknown): boolean {
  if (metadata === undefined) return false;
  const known =
    metadata instanceof Map && [...(metadata as Map<unknown, unknown>).keys()].every((key) => key === 'neg');
  if (!known) throw new PickleError('a tensor in it has a property that is not read');
  return metadata.get('neg') === true;
}

/**
 * (storage, offset, shape, strides, whether it needs gradients, hooks, metadata); the last since PyTorch 1.13, if any.
 */
function rebuildTensor(
  storage: unknown,
  offset: unknown,
  shape: unknown,
  strides: unknown,
  _gradients?: unknown,
  _hooks?: unknown,
  metadata?: unknown,
): StoredTensor {
  // LibTorch multiplies all sizes but the zeros, also for a tensor without elements.
  const extent =
    isSizes(shape) && shape.length <= MOST_DIMENSIONS
      ? shape.reduce((product, length) => product * Math.max(1, length), 8)
      : Infinity;
  const sound = isSizes(shape) && isSizes(strides) && extent <= Number.MAX_SAFE_INTEGER;
  if (!(storage instanceof Storage) || !isSize(offset) || !sound) {
    throw new PickleError('it describes a tensor in an unknown way');
  }
  const { part } = storage;
  const tensor = new StoredTensor(storage, part.start + offset, [...shape], [...strides], isNegative(metadata));
  const last = shape.reduce((position, length, dim) => position + (length - 1) * (strides[dim] ?? NaN), offset);
  const fits = shape.length === strides.length && (shape.includes(0) || last < part.elements);
  if (!fits) {
    throw new PickleError(
      `a tensor of shape [${shape.join(', ')}] does not lie in its storage of ${part.elements} elements`,
    );
  }
  return tensor;
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(isSize);
}
