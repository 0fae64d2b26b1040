/**
 * Breaks sound files: everything follows from the random numbers, so an input is known by its seed and number.
 *
 * @module
 */
import { choose, type Random } from '../support/random-values.js';

/** Numbers that lengths and counts are wrong by. */
const EDGES = [
  0n,
  1n,
  0x7fn,
  0xffn,
  0x7fffn,
  0xffffn,
  2n ** 24n,
  2n ** 28n,
  2n ** 31n - 1n,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 53n,
  2n ** 63n,
];
/** What begins another level, in JSON, YAML and pickles. */
const NESTS = ['[', '{"a":', '{', '- ', '(', ']'];
const MOST = 2 ** 18;

/** One to eight changes, one after the other. `others` are files to take parts from. */
export function mutate(bytes: Buffer, random: Random, others: readonly Buffer[]): Buffer {
  let result = Buffer.from(bytes);
  const changes = 1 + Math.floor(8 * random() ** 2);
  for (let i = 0; i < changes; i += 1)
    result = Buffer.from(choose(random, CHANGES)(result, random, others)).subarray(0, MOST);
  return result;
}

type Change = (bytes: Buffer, random: Random, others: readonly Buffer[]) => Uint8Array;

const place = (bytes: Buffer, random: Random): number => Math.floor(random() * (bytes.length + 1));

const part = (bytes: Buffer, random: Random, longest = 256): Buffer => {
  const start = place(bytes, random);
  return bytes.subarray(start, start + Math.floor(longest * random() ** 2));
};

function overwrite(bytes: Buffer, content: Uint8Array, random: Random): Buffer {
  if (bytes.length >= content.length) bytes.set(content, Math.floor(random() * (bytes.length - content.length + 1)));
  return bytes;
}

const CHANGES: readonly Change[] = [
  // a bit turned over
  (bytes, random) => {
    if (bytes.length > 0) bytes[Math.floor(random() * bytes.length)]! ^= 1 << Math.floor(8 * random());
    return bytes;
  },
  (bytes, random) => overwrite(bytes, Buffer.of(Math.floor(256 * random())), random),
  // a number that is an edge, of any width and order
  (bytes, random) => {
    const width = choose(random, [1, 2, 4, 8]);
    const number = Buffer.alloc(8);
    number.writeBigUInt64LE(choose(random, EDGES));
    const little = number.subarray(0, width);
    return overwrite(bytes, random() < 0.5 ? little : Buffer.from(little).reverse(), random);
  },
  // digits of a text replaced by others
  (bytes, random) => {
    const digits = [...bytes.keys()].filter((i) => bytes[i]! >= 0x30 && bytes[i]! <= 0x39).slice(0, 4096);
    if (digits.length > 0) bytes[choose(random, digits)] = choose(random, [...Buffer.from('0179-e.x')]);
    return bytes;
  },
  (bytes, random) => bytes.subarray(0, place(bytes, random)),
  (bytes, random) => {
    const [at, cut] = [place(bytes, random), part(bytes, random).length];
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + cut)]);
  },
  (bytes, random) => insert(bytes, part(bytes, random), random),
  (bytes, random, others) => insert(bytes, part(choose(random, others), random, 2048), random),
  // nested without end
  (bytes, random) => insert(bytes, Buffer.from(choose(random, NESTS).repeat(2 ** (16 * random()))), random),
  // a short part again and again
  (bytes, random) => {
    const short = part(bytes, random, 24);
    return insert(bytes, Buffer.concat(Array.from({ length: Math.floor(2 ** (12 * random())) }, () => short)), random);
  },
  (bytes, random) =>
    insert(
      bytes,
      Buffer.from(choose(random, ['null', '{}', '[[[[', '__proto__', 'constructor', '1e999', '&a', '*a', '"'])),
      random,
    ),
];

function insert(bytes: Buffer, content: Uint8Array, random: Random): Buffer {
  const at = place(bytes, random);
  return Buffer.concat([bytes.subarray(0, at), content, bytes.subarray(at)]);
}
