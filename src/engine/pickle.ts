/**
 * Reads Python pickles without executing them. A pickle is a program that may call anything; here only plain values
 * are made, and the few names a caller knows; every other name and instruction is refused. PyTorch's files
 * (torch-file.ts) and data sets that come as pickles each give the names they need.
 *
 * @module
 */

/** Why a pickle was refused; whoever reads it says which file it was. */
export class PickleError extends Error {}

/** What a name in a pickle stands for: a function of ours that the pickle may call. */
export class PickleFunction {
  /** @param call takes the arguments as they are in the pickle and has to check them */
  constructor(
    readonly name: string,
    readonly call: (...values: readonly unknown[]) => unknown,
  ) {}
}

/** A value of ours whose state a pickle may set. */
export abstract class PickleObject {
  /** @param state is as it is in the pickle and has to be checked */
  abstract setState(state: unknown): void;
}

export interface PickleNames {
  /** What `module.name` stands for; undefined refuses the pickle. It may throw a PickleError of its own. */
  readonly global: (name: string) => unknown;
  /** What a persistent identifier stands for; without it, such a pickle is refused. */
  readonly persistent?: (id: unknown) => unknown;
}

/**
 * Reads one pickle (protocols 2 to 5, Python 2's too). Dictionaries arrive as Map, lists and tuples as arrays, str as
 * string, bytes, bytearray and Python 2's str as Buffer, int as number (bigint beyond 2^53), None as null. What a
 * pickle sets as attributes of a dictionary is left out. Takes time in proportion to the pickle's length, if what its
 * names stand for does.
 *
 * @throws PickleError for anything but plain values and known names, for one that ends too early, and for more than a
 *   million values
 */
export function readPickle(data: Buffer, names: PickleNames): unknown {
  return new Machine(data, names).run();
}

/**
 * Reads the pickle that begins at `start`, where others may follow, as {@link readPickle}.
 *
 * @returns its value, and where it ends
 */
export function readPickleAt(data: Buffer, start: number, names: PickleNames): { value: unknown; end: number } {
  const machine = new Machine(data, names, start);
  return { value: machine.run(), end: machine.at };
}

const MARK = Symbol('mark');
/** Makes every pickle small in memory, whatever its length: what is made of one value may take 200 bytes. */
const MAXIMUM_VALUES = 2 ** 20;
/** No name that anybody knows takes more. */
const MAXIMUM_ARGUMENTS = 64;
/** A key may be made from the same text again and again. */
const MAXIMUM_KEY = 4096;

class Machine {
  readonly #data: Buffer;
  readonly #names: PickleNames;
  readonly #stack: unknown[] = [];
  readonly #memo = new Map<number, unknown>();
  #at: number;
  #values = 0;

  constructor(data: Buffer, names: PickleNames, start = 0) {
    this.#data = data;
    this.#names = names;
    this.#at = start;
  }

  /** Where the next byte is read. */
  get at(): number {
    return this.#at;
  }

  run(): unknown {
    while (true) {
      const code = this.#number(1);
      if (code === 0x2e) return this.#pop(); // STOP
      if (!this.#value(code) && !this.#change(code)) {
        throw new PickleError(`it uses the instruction 0x${code.toString(16)} at byte ${this.#at - 1}`);
      }
    }
  }

  /** The instructions that push a value. Returns whether this is one. */
  #value(code: number): boolean {
    const push = (value: unknown) => {
      this.#values += 1;
      if (this.#values > MAXIMUM_VALUES) throw new PickleError(`it makes more than ${MAXIMUM_VALUES} values`);
      return this.#stack.push(value) > 0;
    };
    switch (String.fromCharCode(code)) {
      case 'N':
        return push(null);
      case '\x88':
        return push(true);
      case '\x89':
        return push(false);
      case 'K':
        return push(this.#number(1));
      case 'M':
        return push(this.#number(2));
      case 'J':
        return push(this.#bytes(4).readInt32LE());
      case '\x8a':
        return push(integer(this.#bytes(this.#number(1))));
      case 'G':
        return push(this.#bytes(8).readDoubleBE());
      case 'U':
      case 'C':
        return push(this.#bytes(this.#number(1)));
      case 'T':
      case 'B':
        return push(this.#bytes(this.#number(4)));
      case '\x8e': // BINBYTES8 and BYTEARRAY8
      case '\x96':
        return push(this.#bytes(this.#length()));
      case '\x8d':
        return push(this.#bytes(this.#length()).toString());
      case '\x8c':
        return push(this.#bytes(this.#number(1)).toString());
      case 'X':
        return push(this.#bytes(this.#number(4)).toString());
      case '}':
        return push(new Map());
      case ']':
      case ')':
        return push([]);
      case '(':
        return push(MARK);
      case 't':
      case 'l':
        return push(this.#sinceMark());
      case '\x85':
      case '\x86':
      case '\x87':
        return push(this.#last(code - 0x84));
      case 'h':
        return push(this.#recall(this.#number(1)));
      case 'j':
        return push(this.#recall(this.#number(4)));
      case 'c':
        return push(this.#global(`${this.#line()}.${this.#line()}`));
      case '\x93':
        return push(this.#global(this.#last(2).map(textOf).join('.')));
      case 'R':
      case '\x81':
        return push(this.#call(...(this.#last(2) as [unknown, unknown])));
      case 'Q':
        return push(this.#persistent(this.#pop()));
      default:
        return false;
    }
  }

  /** The instructions that change what is there. Returns whether this is one. */
  #change(code: number): boolean {
    switch (String.fromCharCode(code)) {
      case '\x80':
        this.#protocol(this.#number(1));
        return true;
      case '\x95': // FRAME: how much follows is of no interest
        this.#bytes(8);
        return true;
      case 'q':
        this.#memo.set(this.#number(1), this.#top());
        return true;
      case 'r':
        this.#memo.set(this.#number(4), this.#top());
        return true;
      case '\x94':
        this.#memo.set(this.#memo.size, this.#top());
        return true;
      case 'a':
        this.#extend(this.#last(1));
        return true;
      case 'e':
        this.#extend(this.#sinceMark());
        return true;
      case 's':
        this.#setItems(this.#last(2));
        return true;
      case 'u':
        this.#setItems(this.#sinceMark());
        return true;
      case 'b':
        this.#build(this.#pop());
        return true;
      default:
        return false;
    }
  }

  #protocol(version: number): void {
    if (version > 5) throw new PickleError(`its protocol ${version} is unknown`);
  }

  #global(name: string): unknown {
    const known = this.#names.global(name);
    if (known === undefined) throw new PickleError(`it asks for the Python name ${shortened(name)}`);
    return known;
  }

  #call(callee: unknown, values: unknown): unknown {
    if (!(callee instanceof PickleFunction)) throw new PickleError('it calls what is no function');
    if (!Array.isArray(values)) throw new PickleError(`it calls ${callee.name} without arguments`);
    if (values.length > MAXIMUM_ARGUMENTS) {
      throw new PickleError(`it calls ${callee.name} with ${values.length} arguments`);
    }
    return callee.call(...(values as unknown[]));
  }

  #persistent(id: unknown): unknown {
    if (this.#names.persistent === undefined) throw new PickleError('it refers to something outside of it');
    return this.#names.persistent(id);
  }

  #build(state: unknown): void {
    const target = this.#top();
    if (target instanceof PickleObject) target.setState(state);
    else if (!(target instanceof Map)) throw new PickleError('it sets the state of what is no dictionary');
  }

  #extend(values: readonly unknown[]): void {
    const list = this.#top();
    if (!Array.isArray(list)) throw new PickleError('it appends to what is no list');
    for (const value of values) list.push(value);
  }

  #setItems(values: readonly unknown[]): void {
    const map = this.#top();
    if (!(map instanceof Map)) throw new PickleError('it sets items of what is no dictionary');
    if (values.length % 2 !== 0) throw new PickleError('a key in it has no value');
    for (let i = 0; i < values.length; i += 2) {
      map.set(keyOf(values[i]), values[i + 1]);
    }
  }

  #sinceMark(): unknown[] {
    const mark = this.#stack.lastIndexOf(MARK);
    if (mark < 0) throw new PickleError('a mark is missing');
    return this.#stack.splice(mark).slice(1);
  }

  #last(count: number): unknown[] {
    const values = this.#stack.splice(Math.max(0, this.#stack.length - count));
    if (values.length !== count || values.includes(MARK)) throw new PickleError('a value is missing');
    return values;
  }

  #pop(): unknown {
    return this.#last(1)[0];
  }

  #top(): unknown {
    const value = this.#stack.at(-1);
    if (value === undefined || value === MARK) throw new PickleError('a value is missing');
    return value;
  }

  #recall(index: number): unknown {
    if (!this.#memo.has(index)) throw new PickleError('it recalls what it never kept');
    return this.#memo.get(index);
  }

  #number(size: number): number {
    return this.#bytes(size).readUIntLE(0, size);
  }

  /** A length of 8 bytes; one beyond the pickle's end is refused like any other. */
  #length(): number {
    return Number(this.#bytes(8).readBigUInt64LE());
  }

  #line(): string {
    const end = this.#data.indexOf(0x0a, this.#at);
    if (end < 0) throw new PickleError('it ends too early');
    const text = this.#data.toString('utf8', this.#at, end);
    this.#at = end + 1;
    return text;
  }

  #bytes(count: number): Buffer {
    if (this.#at + count > this.#data.length) throw new PickleError('it ends too early');
    this.#at += count;
    return this.#data.subarray(this.#at - count, this.#at);
  }
}

function keyOf(value: unknown): unknown {
  if (!(value instanceof Buffer)) return value;
  if (value.length > MAXIMUM_KEY) throw new PickleError(`a key in it has ${value.length} bytes`);
  return value.toString('latin1');
}

/** Little-endian, in two's complement, of any length. */
function integer(bytes: Buffer): number | bigint {
  if (bytes.length === 0) return 0;
  const unsigned = BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
  const value = BigInt.asIntN(8 * bytes.length, unsigned);
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

/** A name for a message: it may be as long as the pickle. */
export function shortened(name: string): string {
  return name.length > 100 ? `${name.slice(0, 100)}…` : name;
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Buffer && value.length <= MAXIMUM_KEY) return value.toString('latin1');
  throw new PickleError('a name in it is no text');
}
