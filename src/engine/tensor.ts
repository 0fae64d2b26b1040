/**
 * The tensor: a handle to one of LibTorch's, with its lifetime in our hands.
 *
 * @module
 */
import { arrayFor, dtypeOfArray, type DType, type Device, type MemoryFormat, type TypedArray } from './dtypes.js';
import { SaddlepointError, describeValue } from './errors.js';
import { showTensor } from './show-tensor.js';
import { native, type Handle } from './native.js';
import type { methodDeclarations } from './ops/methods.js';
import type { MethodsOf } from './schema.js';
import { enterScope } from './scopes.js';

/** Numbers as a caller may write them; nested arrays must be rectangular. */
export type NestedNumbers = number | boolean | readonly NestedNumbers[];

// `operators.ts` makes methods of these operators when the engine loads; this gives them their types.
export interface Tensor extends MethodsOf<typeof methodDeclarations, Tensor> {}

/**
 * A tensor of LibTorch. It lives until `dispose()`, until its `using` block ends, or until the `tidy`
 * scope it was made in ends. What an operation returns is a new tensor; names ending in `_` (`Underscore`)
 * work in place and return the tensor itself.
 */
export class Tensor {
  #handle: Handle;
  #description: { shape: number[]; dtype: string; device: string } | undefined;

  /** @internal Takes over a handle of the addon; make tensors with {@link tensor} or the operators. */
  constructor(handle: Handle) {
    this.#handle = handle;
    enterScope(this);
  }

  /** @internal The addon's handle. Throws SaddlepointError DISPOSED after `dispose()`. */
  get handle(): Handle {
    if (this.#handle === 0) {
      throw new SaddlepointError(
        'DISPOSED',
        'this tensor has been disposed; keep() it, or return it from its tidy scope',
      );
    }
    return this.#handle;
  }

  get disposed(): boolean {
    return this.#handle === 0;
  }

  get shape(): readonly number[] {
    return this.#describe().shape;
  }

  get dtype(): DType {
    return this.#describe().dtype as DType;
  }

  get device(): Device {
    return this.#describe().device;
  }

  /** The number of dimensions. */
  get rank(): number {
    return this.shape.length;
  }

  /** The number of elements. */
  numel(): number {
    return this.shape.reduce((product, size) => product * size, 1);
  }

  /** The length of one dimension; negative dimensions count from the end. Throws for one that is not there. */
  size(index: number): number {
    const size = Number.isInteger(index) ? this.shape.at(index) : undefined;
    if (size === undefined) {
      throw new SaddlepointError(
        'ARGUMENT',
        `expected a dimension of a tensor with shape [${this.shape.join(', ')}], received ${describeValue(index)}`,
      );
    }
    return size;
  }

  get requiresGrad(): boolean {
    return native.requiresGrad(this.handle);
  }

  set requiresGrad(value: boolean) {
    native.setRequiresGrad(this.handle, value);
  }

  /** The gradient that `backward` accumulated, as a new tensor that shares its memory; null before. */
  get grad(): Tensor | null {
    const handle = native.gradientOf(this.handle);
    return handle === null ? null : new Tensor(handle);
  }

  isContiguous(memoryFormat: MemoryFormat = 'contiguous'): boolean {
    return native.isContiguous(this.handle, memoryFormat);
  }

  /**
   * The value of a tensor with one element. Waits for the device.
   *
   * @throws SaddlepointError ARGUMENT for more elements, or an int64 beyond ±2^53.
   */
  item(): number {
    const value = native.item(this.handle);
    if (typeof value === 'bigint') {
      throw new SaddlepointError('ARGUMENT', `the value ${value} does not fit a number exactly; use toTypedArray()`);
    }
    return Number(value);
  }

  /** A copy of the elements in row-major order. Half precisions arrive as float32, int64 as bigint. */
  toTypedArray(): TypedArray {
    const { dtype } = this;
    if (dtype === 'float16' || dtype === 'bfloat16') {
      using wide = this.to({ dtype: 'float32' });
      return wide.toTypedArray();
    }
    const target = arrayFor(dtype, this.numel());
    native.copyInto(this.handle, target);
    return target;
  }

  /** A copy of the elements as plain numbers, in row-major order. */
  toNumbers(): number[] {
    return Array.from(this.toTypedArray(), Number);
  }

  /** Frees the tensor now; doing it twice is harmless. LibTorch keeps what autograd still needs. */
  dispose(): void {
    if (this.#handle !== 0) native.free(this.#handle);
    this.#handle = 0;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** @internal Gives this object the tensor of another, which becomes disposed. */
  adopt(other: Tensor): void {
    const handle = other.handle;
    other.#handle = 0;
    this.dispose();
    this.#handle = handle;
    this.#description = undefined;
  }

  toString(): string {
    if (this.disposed) return 'Tensor(disposed)';
    return `Tensor(${this.dtype} [${this.shape.join(', ')}] on ${this.device})`;
  }

  /** What `console.log` prints: the values, of long dimensions the first and the last. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.disposed ? this.toString() : showTensor(this);
  }

  #describe(): { shape: number[]; dtype: string; device: string } {
    const { handle } = this;
    return (this.#description ??= native.describe(handle));
  }
}

export interface TensorOptions {
  /** Default: float32 for numbers, bool for booleans, its own for a typed array. */
  dtype?: DType;
  /** Default: cpu. */
  device?: Device;
  /** Default: the nesting of the data; a typed array without one is a vector. */
  shape?: readonly number[];
}

/**
 * Makes a tensor from numbers, nested arrays or a typed array, whose bytes are copied.
 *
 * @throws SaddlepointError ARGUMENT for ragged nesting, values that are no numbers, or a shape that does not
 *   hold the data.
 */
export function tensor(data: NestedNumbers | TypedArray, options: TensorOptions = {}): Tensor {
  const { array, shape, dtype, natural } = readData(data);
  const wantedShape = options.shape === undefined ? shape : readShape(options.shape);
  const size = wantedShape.reduce((product, length) => product * length, 1);
  if (size !== array.length) {
    throw new SaddlepointError(
      'ARGUMENT',
      `expected ${size} elements for the shape [${wantedShape.join(', ')}], received ${array.length}`,
    );
  }
  const made = new Tensor(native.fromBytes(array, wantedShape, dtype));
  const wanted = options.dtype ?? natural;
  const device = options.device ?? 'cpu';
  if (wanted === dtype && device === 'cpu') return made;
  try {
    return made.to({ dtype: wanted, device });
  } finally {
    made.dispose();
  }
}

/** More dimensions than anybody has a use for; LibTorch's own limit. */
export const MOST_DIMENSIONS = 64;

/**
 * A copy of a caller's shape, each size asked for once: a getter among them may answer differently the next time.
 *
 * @throws SaddlepointError ARGUMENT unless it is an array of at most 64 whole numbers of at least 0
 */
export function readShape(shape: unknown): number[] {
  const few = Array.isArray(shape) && shape.length <= MOST_DIMENSIONS;
  const sizes = few ? Array.from(shape as unknown[]) : undefined;
  if (sizes?.every((size) => Number.isSafeInteger(size) && (size as number) >= 0) === true) return sizes as number[];
  const received = sizes === undefined ? describeValue(shape) : `[${sizes.map(describeValue).join(', ')}]`;
  throw new SaddlepointError(
    'ARGUMENT',
    `expected a shape as an array of at most ${MOST_DIMENSIONS} whole numbers of at least 0, received ${received}`,
  );
}

interface ReadData {
  readonly array: TypedArray;
  readonly shape: readonly number[];
  /** The dtype of `array`. */
  readonly dtype: DType;
  /** The dtype the caller gets unless another is asked for. */
  readonly natural: DType;
}

function readData(data: NestedNumbers | TypedArray): ReadData {
  if (ArrayBuffer.isView(data)) {
    const dtype = dtypeOfArray(data);
    if (dtype === undefined) {
      throw new SaddlepointError(
        'ARGUMENT',
        `expected a typed array with a LibTorch dtype, received ${describeValue(data)}`,
      );
    }
    return { array: data, shape: [data.length], dtype, natural: dtype };
  }
  const shape: number[] = [];
  for (
    let level: NestedNumbers | undefined = data;
    Array.isArray(level);
    level = (level as readonly NestedNumbers[])[0]
  ) {
    shape.push(level.length);
    // An array that holds itself would never end.
    if (shape.length > MOST_DIMENSIONS)
      throw new SaddlepointError('ARGUMENT', 'expected arrays nested at most 64 deep, received deeper ones');
  }
  const values: number[] = [];
  const kinds = new Set<string>();
  const walk = (value: unknown, depth: number): void => {
    if (Array.isArray(value) && value.length === shape[depth]) {
      for (const element of value) walk(element, depth + 1);
    } else if (depth === shape.length && (typeof value === 'number' || typeof value === 'boolean')) {
      kinds.add(typeof value);
      values.push(Number(value));
    } else {
      throw new SaddlepointError(
        'ARGUMENT',
        `expected numbers in rectangular arrays of shape [${shape.join(', ')}], received ${describeValue(value)} at depth ${depth}`,
      );
    }
  };
  walk(data, 0);
  const onlyBooleans = kinds.has('boolean') && kinds.size === 1;
  return onlyBooleans
    ? { array: Uint8Array.from(values), shape, dtype: 'bool', natural: 'bool' }
    : { array: Float64Array.from(values), shape, dtype: 'float64', natural: 'float32' };
}
