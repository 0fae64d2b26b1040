/**
 * Random arguments for the property tests: mostly of the kind a parameter wants, often at an edge, and
 * sometimes of a wrong kind altogether. Everything follows from the seed.
 *
 * Sizes are either small or so large that no machine can give them (2^42 elements and more): what lies
 * between could be allocated and would only test the machine's memory.
 *
 * @module
 */
import { Generator, ops, tensor, Tensor, type DType } from '../../src/engine/index.js';

export type Random = () => number;

/** A small seeded generator for tests (Mulberry32): uniform on [0, 1). */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function choose<T>(random: Random, values: readonly T[]): T {
  return values[Math.floor(random() * values.length)] as T;
}

const DTYPES: readonly DType[] = [
  'float32',
  'float32',
  'float32',
  'float64',
  'float16',
  'bfloat16',
  'uint8',
  'int8',
  'int16',
  'int32',
  'int64',
  'int64',
  'bool',
];
const HUGE = [2 ** 42, -(2 ** 42), Number.MAX_SAFE_INTEGER, -(2 ** 31), 2n ** 62n, 2n ** 63n - 1n, -(2n ** 63n)];
const NUMBERS = [0, -0, 1, -1, 0.5, 2, 3, -7.25, 1e-30, 1e30, 1e300, NaN, Infinity, -Infinity];
const INTEGER_EDGES: Partial<Record<DType, number>> = {
  int8: -128,
  int16: -32768,
  int32: -(2 ** 31),
  int64: -(2 ** 63),
};

/** Makes random arguments; keeps a pool of tensors that it disposes and renews. */
export class RandomValues {
  readonly #random: Random;
  readonly #pool: Tensor[] = [];
  readonly #generator = new Generator(1);
  readonly #disposedGenerator = new Generator(2);
  readonly #disposed = tensor([1, 2]);

  constructor(random: Random) {
    this.#random = random;
    this.#disposed.dispose();
    this.#disposedGenerator.dispose();
    while (this.#pool.length < 48) this.#pool.push(this.#freshTensor());
  }

  chance(probability: number): boolean {
    return this.#random() < probability;
  }

  /** A tensor of the pool, now and then a disposed one. */
  tensor(): Tensor {
    return this.chance(0.05) ? this.#disposed : choose(this.#random, this.#pool);
  }

  /** Takes over a result: small tensors may become later arguments, the rest is freed. */
  offer(result: unknown): void {
    if (Array.isArray(result)) for (const element of result) this.offer(element);
    if (!(result instanceof Tensor) || result.disposed || this.#pool.includes(result)) return;
    const index = Math.floor(this.#random() * this.#pool.length);
    if (result.numel() > 2000 || result.ndim > 7 || this.chance(0.6)) {
      result.dispose();
      return;
    }
    this.#pool[index]?.dispose();
    this.#pool[index] = this.chance(0.3) ? this.#freshTensor() : result;
    if (this.#pool[index] !== result) result.dispose();
  }

  /** A value for a parameter of a declared type such as `Tensor`, `int[]?` or `Scalar`. */
  value(type: string): unknown {
    if (this.chance(0.06)) return this.#wrong();
    if (type.endsWith('?'))
      return this.chance(0.3) ? choose(this.#random, [undefined, null]) : this.value(type.slice(0, -1));
    if (type.endsWith('[]')) {
      if (type === 'int[]' && this.chance(0.3)) return this.value('int');
      const length = Math.floor(this.#random() * 6);
      // At most one large element: a product of several would be a size that can be had.
      const large = Math.floor(this.#random() * 12);
      return Array.from({ length }, (_, index) =>
        type === 'int[]' ? this.#integer(index === large) : this.value(type.slice(0, -2)),
      );
    }
    switch (type) {
      case 'Tensor':
        return choose(this.#random, this.#pool);
      case 'int':
        return this.#integer(this.chance(0.08));
      case 'float':
      case 'Scalar':
        return this.chance(0.1)
          ? choose(this.#random, HUGE)
          : this.chance(0.5)
            ? this.#integer(false)
            : choose(this.#random, NUMBERS);
      case 'bool':
        return this.chance(0.5);
      case 'ScalarType':
        return choose(this.#random, DTYPES);
      case 'MemoryFormat':
        return choose(this.#random, ['contiguous', 'channels-last', 'preserve']);
      case 'Layout':
        return 'strided';
      case 'Device':
        return choose(this.#random, ['cpu', 'cpu', 'cpu', 'cpu:0', 'cuda', 'cuda:9999', 'cpu:-3', 'meta']);
      case 'Generator':
        return this.chance(0.8) ? this.#generator : this.#disposedGenerator;
      case 'str':
        return choose(this.#random, ['', 'cpu', 'float32', 'contiguous', 'ünknown', '\0', 'x'.repeat(5000)]);
      case 'bytes':
        return choose(this.#random, [
          new Float32Array(4),
          new Uint8Array(3),
          new BigInt64Array(2),
          new Float64Array(0),
          new DataView(new ArrayBuffer(8)),
        ]);
      default:
        throw new Error(`no random value for the type ${type}`);
    }
  }

  #integer(large: boolean): number | bigint {
    if (large) return this.chance(0.8) ? choose(this.#random, HUGE) : 100;
    return this.chance(0.9) ? Math.floor(this.#random() * 6) : -Math.floor(this.#random() * 5);
  }

  #wrong(): unknown {
    return choose<unknown>(this.#random, [
      undefined,
      null,
      NaN,
      Infinity,
      0.5,
      -1,
      2n ** 70n,
      true,
      '',
      'cpu',
      'float32',
      'x',
      Symbol('s'),
      () => 1,
      {},
      [],
      [[1]],
      [null],
      ['a'],
      [NaN],
      [undefined, 1],
      new Date(0),
      new Float32Array(2),
      { handle: 16777216 },
      Object.create(null),
      new Array(5),
      this.#disposed,
      [this.#disposed],
      this.#generator,
      choose(this.#random, this.#pool),
      [choose(this.#random, this.#pool)],
    ]);
  }

  #freshTensor(): Tensor {
    const rank = choose(this.#random, [0, 1, 1, 2, 2, 3, 4, 4, 4, 5]);
    const shape = Array.from({ length: rank }, () => choose(this.#random, [0, 1, 1, 2, 2, 3, 4, 5]));
    const dtype = choose(this.#random, DTYPES);
    const size = shape.reduce((product, length) => product * length, 1);
    const edge = INTEGER_EDGES[dtype];
    const numbers = Array.from({ length: size }, () => {
      if (this.chance(0.05)) return edge ?? (dtype.includes('float') ? choose(this.#random, NUMBERS) : 0);
      if (dtype === 'int64') return this.chance(0.9) ? Math.floor(this.#random() * 4) : -3;
      return dtype.includes('float') ? this.#random() * 4 - 2 : Math.floor(this.#random() * 3);
    });
    const data = dtype === 'int64' ? BigInt64Array.from(numbers, BigInt) : Float64Array.from(numbers);
    let made = tensor(data, { shape, dtype });
    if (rank > 1 && this.chance(0.2)) made = swap(made, made.transpose(0, 1));
    if (rank === 4 && this.chance(0.2)) made = swap(made, made.contiguous({ memoryFormat: 'channels-last' }));
    if (this.chance(0.1)) made = swap(made, made.expand([2, ...made.shape]));
    if (this.chance(0.05)) made = swap(made, ops.zeros(shape, { dtype }));
    if (dtype.includes('float') && this.chance(0.4)) made.requiresGrad = true;
    return made;
  }
}

function swap(old: Tensor, next: Tensor): Tensor {
  old.dispose();
  return next;
}
