/**
 * Reads Python pickles of plain values and byte arrays, as CIFAR's authors distribute them, without ever executing
 * what a pickle asks for: a pickle is a program, and one from elsewhere may run anything. The few instructions that
 * plain data needs are interpreted here; every other one is refused, and so is every name but NumPy's.
 *
 * @module
 */
import { SaddlepointError } from '../engine/index.js';
import { build, call, mention, Refusal, textOf, type Value } from './pickle-values.js';

/** @throws SaddlepointError DATA for anything but plain values; `path` is for the message */
export function readPickle(data: Uint8Array, path: string): Value {
  try {
    return new Machine(data).run();
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    throw new SaddlepointError(
      'DATA',
      `${path} is not a pickle of plain data: ${cause.message}. It was not executed; is it the official file?`,
      { cause },
    );
  }
}

const MARK = Symbol('mark');
const STOP = 0x2e;

/** Instructions by their code (Python's module pickletools describes them). */
const INSTRUCTIONS: Readonly<Record<string, (machine: Machine) => void>> = {
  '\x80': (machine) => machine.protocol(machine.number(1)),
  '\x95': (machine) => machine.skip(8), // how much follows
  N: (machine) => machine.push(null),
  '\x88': (machine) => machine.push(true),
  '\x89': (machine) => machine.push(false),
  K: (machine) => machine.push(machine.number(1)),
  M: (machine) => machine.push(machine.number(2)),
  J: (machine) => machine.push(machine.bytes(4).readInt32LE()),
  U: (machine) => machine.push(machine.bytes(machine.number(1))),
  C: (machine) => machine.push(machine.bytes(machine.number(1))),
  T: (machine) => machine.push(machine.bytes(machine.number(4))),
  B: (machine) => machine.push(machine.bytes(machine.number(4))),
  '\x8c': (machine) => machine.push(machine.bytes(machine.number(1)).toString()),
  X: (machine) => machine.push(machine.bytes(machine.number(4)).toString()),
  '}': (machine) => machine.push(new Map<string, Value>()),
  ']': (machine) => machine.push([]),
  ')': (machine) => machine.push([]),
  '(': (machine) => machine.push(MARK),
  t: (machine) => machine.push(machine.sinceMark()),
  '\x85': (machine) => machine.push(machine.last(1)),
  '\x86': (machine) => machine.push(machine.last(2)),
  '\x87': (machine) => machine.push(machine.last(3)),
  q: (machine) => machine.remember(machine.number(1)),
  r: (machine) => machine.remember(machine.number(4)),
  '\x94': (machine) => machine.remember(),
  h: (machine) => machine.recall(machine.number(1)),
  j: (machine) => machine.recall(machine.number(4)),
  a: (machine) => machine.extend(machine.last(1)),
  e: (machine) => machine.extend(machine.sinceMark()),
  s: (machine) => machine.setItems(machine.last(2)),
  u: (machine) => machine.setItems(machine.sinceMark()),
  c: (machine) => machine.push(mention(machine.line(), machine.line())),
  '\x93': (machine) => machine.push(mention(...(machine.last(2) as [Value, Value]))),
  R: (machine) => machine.push(call(...(machine.last(2) as [Value, Value]))),
  b: (machine) => {
    const [state] = machine.last(1);
    build(machine.top(), state!);
  },
};

class Machine {
  readonly #data: Buffer;
  readonly #stack: (Value | typeof MARK)[] = [];
  readonly #memo = new Map<number, Value>();
  #at = 0;

  constructor(data: Uint8Array) {
    this.#data = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  }

  run(): Value {
    for (let code = this.number(1); code !== STOP; code = this.number(1)) {
      const instruction = INSTRUCTIONS[String.fromCharCode(code)];
      if (instruction === undefined)
        throw new Refusal(`it uses instruction 0x${code.toString(16)} at byte ${this.#at - 1}`);
      instruction(this);
    }
    return this.top();
  }

  protocol(version: number): void {
    if (version > 5) throw new Refusal(`its protocol ${version} is unknown`);
  }

  push(value: Value | typeof MARK): void {
    this.#stack.push(value);
  }

  top(): Value {
    const value = this.#stack.at(-1);
    if (value === undefined || value === MARK) throw new Refusal('a value is missing');
    return value;
  }

  /** Takes as many values off the stack. */
  last(count: number): Value[] {
    const values = this.#stack.splice(Math.max(0, this.#stack.length - count));
    if (values.length !== count || values.includes(MARK)) throw new Refusal('a value is missing');
    return values as Value[];
  }

  /** Takes the values since the last mark off the stack, and the mark. */
  sinceMark(): Value[] {
    const mark = this.#stack.lastIndexOf(MARK);
    if (mark < 0) throw new Refusal('a mark is missing');
    return this.#stack.splice(mark).slice(1) as Value[];
  }

  remember(index = this.#memo.size): void {
    this.#memo.set(index, this.top());
  }

  recall(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) throw new Refusal('it recalls what it never kept');
    this.push(value);
  }

  extend(values: readonly Value[]): void {
    const list = this.top();
    if (!Array.isArray(list)) throw new Refusal('it appends to what is no list');
    for (const value of values) list.push(value);
  }

  setItems(values: readonly Value[]): void {
    const map = this.top();
    if (!(map instanceof Map)) throw new Refusal('it sets items of what is no dictionary');
    for (let i = 0; i + 1 < values.length; i += 2) map.set(textOf(values[i]), values[i + 1]!);
  }

  number(size: number): number {
    return this.bytes(size).readUIntLE(0, size);
  }

  line(): string {
    const end = this.#data.indexOf(0x0a, this.#at);
    if (end < 0) throw new Refusal('it ends too early');
    return this.bytes(end + 1 - this.#at)
      .toString('latin1')
      .slice(0, -1);
  }

  skip(count: number): void {
    this.bytes(count);
  }

  bytes(count: number): Buffer {
    if (this.#at + count > this.#data.length) throw new Refusal('it ends too early');
    this.#at += count;
    return this.#data.subarray(this.#at - count, this.#at);
  }
}
