/**
 * Splits and batches: every example once, under its own index, in an order that seed and epoch decide.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { leavesNothingAlive } from '../../test/support/live-tensors.js';
import { memory, RandomStream, SaddlepointError, tensor, tidy } from '../engine/index.js';
import {
  batches,
  count,
  disposeBatch,
  disposeSplit,
  gatherBatch,
  makeSplit,
  pick,
  slice,
  splitTo,
  type BatchOptions,
  type Split,
} from './index.js';

leavesNothingAlive();

/** Examples whose one pixel and label say their index. */
function numbered(examples: number): Split {
  const bytes = Uint8Array.from({ length: examples }, (_, i) => i);
  return makeSplit(
    'train',
    bytes,
    bytes.map((i) => i % 10),
    [1, 1, 1],
    10,
  );
}

interface Seen {
  indices: number[];
  labels: number[];
  pixels: number[];
}

function read(split: Split, options: BatchOptions): Seen[] {
  const seen: Seen[] = [];
  for (const batch of batches(split, options)) {
    seen.push({
      indices: batch.indices.toNumbers(),
      labels: batch.labels.toNumbers(),
      pixels: batch.images.toNumbers().map((value) => Math.round(value * 255)),
    });
    disposeBatch(batch);
  }
  return seen;
}

const orderOf = (seen: readonly Seen[]) => seen.flatMap(({ indices }) => indices);
const upTo = (n: number) => [...Array(n).keys()];

describe('batches', () => {
  test('in file order without a shuffle, the last one smaller', () => {
    using split = disposable(numbered(10));
    const seen = read(split, { batchSize: 4 });
    expect(seen.map(({ indices }) => indices)).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9],
    ]);
    expect(seen.flatMap(({ pixels }) => pixels)).toEqual(upTo(10));
  });

  test('float32 images in [0, 1], int64 labels and indices', () => {
    using split = disposable(makeSplit('test', Uint8Array.of(0, 51, 255, 102), Uint8Array.of(3), [1, 2, 2], 10));
    tidy(() => {
      const batch = gatherBatch(split, tensor(BigInt64Array.of(0n)));
      expect(batch.images.shape).toEqual([1, 1, 2, 2]);
      expect([batch.images.dtype, batch.labels.dtype, batch.indices.dtype]).toEqual(['float32', 'int64', 'int64']);
      expect(batch.images.toNumbers()).toEqual([0, 51 / 255, 1, 102 / 255].map(Math.fround));
    });
  });

  test('every byte becomes the float32 nearest to byte / 255, which the verifier measures from', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    using split = disposable(makeSplit('test', bytes, Uint8Array.of(0), [1, 16, 16], 1));
    tidy(() => {
      const { images } = gatherBatch(split, tensor(BigInt64Array.of(0n)));
      expect(images.toNumbers()).toEqual(Array.from(bytes, (byte) => Math.fround(byte / 255)));
    });
  });

  test.each([1, 3, 7, 50, 1000])(
    'batches of %i cover every shuffled example once, its label and image with it',
    (batchSize) => {
      using split = disposable(numbered(50));
      const seen = read(split, { batchSize, shuffle: new RandomStream(1, 'shuffle', 0) });
      expect([...orderOf(seen)].sort((a, b) => a - b)).toEqual(upTo(50));
      for (const { indices, labels, pixels } of seen) {
        expect(pixels).toEqual(indices);
        expect(labels).toEqual(indices.map((index) => index % 10));
      }
    },
  );

  test('the order follows from seed and epoch, not from the size of the batches', () => {
    using split = disposable(numbered(64));
    const order = (seed: number, epoch: number, batchSize: number) =>
      orderOf(read(split, { batchSize, shuffle: new RandomStream(seed, 'shuffle', epoch) }));
    expect(order(1, 0, 8)).toEqual(order(1, 0, 13));
    const others = [order(1, 1, 8), order(2, 0, 8), upTo(64)];
    for (const other of others) expect(other).not.toEqual(order(1, 0, 8));
  });

  test.each([0, 1, 3, 7, 8])('skipping %i batches resumes exactly there', (skip) => {
    using split = disposable(numbered(30));
    const options = { batchSize: 4, shuffle: new RandomStream(1) };
    expect(read(split, { ...options, skip })).toEqual(read(split, options).slice(skip));
  });

  test('leave nothing alive but what the caller got, also when the caller stops early or fails', () => {
    using split = disposable(numbered(30));
    const before = memory().live;
    for (const batch of batches(split, { batchSize: 4 })) {
      expect(memory().live - before).toBe(5); // three of the batch, the order and the positions
      disposeBatch(batch);
      break;
    }
    expect(() => {
      for (const batch of batches(split, { batchSize: 4, shuffle: new RandomStream(1) })) {
        disposeBatch(batch);
        throw new Error('on purpose');
      }
    }).toThrow('on purpose');
    expect(memory().live).toBe(before);
  });

  // A size of 0 would go on for ever.
  test.each([0, -1, 1.5, NaN])('refuse a batch size of %s', (batchSize) => {
    using split = disposable(numbered(3));
    expect(() => read(split, { batchSize })).toThrow(/expected batchSize to be a whole number of at least 1, received/);
  });

  test('refuse to skip a negative number', () => {
    using split = disposable(numbered(3));
    expect(() => read(split, { batchSize: 1, skip: -1 })).toThrow(/expected skip .* at least 0, received -1/);
  });
});

describe('slice', () => {
  test('keeps the indices of the file, also in a slice of a slice, and says where it is from', () => {
    using split = disposable(numbered(20));
    const outer = slice(split, 5, 15);
    const inner = slice(outer, 2, 6);
    expect(count(inner)).toBe(4);
    expect(inner.name).toBe('train[5:15][2:6]');
    const [seen] = read(inner, { batchSize: 10 });
    expect(seen).toEqual({ indices: [7, 8, 9, 10], pixels: [7, 8, 9, 10], labels: [7, 8, 9, 0] });
    disposeSplit(inner);
    disposeSplit(outer);
  });

  test('shuffled, it covers its own examples', () => {
    using split = disposable(numbered(20));
    using part = disposable(slice(split, 5, 15));
    const order = orderOf(read(part, { batchSize: 3, shuffle: new RandomStream(9) }));
    expect([...order].sort((a, b) => a - b)).toEqual(upTo(20).slice(5, 15));
  });

  test.each([
    [-1, 3],
    [0, 21],
    [5, 4],
    [0.5, 3],
    [NaN, 3],
    [0, Infinity],
  ])('refuses %s to %s of 20', (start, end) => {
    using split = disposable(numbered(20));
    expect(() => slice(split, start, end)).toThrow(SaddlepointError);
    expect(() => slice(split, start, end)).toThrow(/expected a range within the 20 examples of train, received/);
  });
});

test('pick copies the examples at the positions, in their order, and leaves nothing else alive', () => {
  const split = numbered(20);
  const picked = pick(split, [12, 3, 3]);
  disposeSplit(split);
  expect([picked.name, picked.images.toNumbers(), picked.labels.toNumbers()]).toEqual(['train', [12, 3, 3], [2, 3, 3]]);
  disposeSplit(picked);
});

describe('makeSplit', () => {
  test('refuses labels out of range and bytes that do not fit', () => {
    const bytes = new Uint8Array(8);
    expect(() => makeSplit('x', bytes, Uint8Array.of(0, 3), [1, 2, 2], 3)).toThrow(
      /labels below 3 in x, received 3 for example 1/,
    );
    expect(() => makeSplit('x', bytes, Uint8Array.of(0), [1, 2, 2], 3)).toThrow(
      /4 bytes for each of the 1 labels of x, received 8/,
    );
    expect(() => makeSplit('x', new Uint8Array(), new Uint8Array(), [1, 2, 2], 3)).toThrow(/labels of x/);
  });

  test('splitTo copies to a device and keeps name and offset', () => {
    using split = disposable(numbered(4));
    using moved = disposable(splitTo(split, 'cpu'));
    expect([moved.name, moved.offset, count(moved)]).toEqual(['train', 0, 4]);
  });
});

/** A split that its block frees. */
function disposable(split: Split): Split & Disposable {
  return Object.assign(split, {
    [Symbol.dispose]: () => {
      disposeSplit(split);
    },
  });
}
