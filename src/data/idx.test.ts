/**
 * IDX files: what is read, and every way in which a file can be wrong.
 *
 * @module
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { failureOf } from '../../test/support/failure.js';
import { folderWith } from '../../test/support/folders.js';
import { loadFashionMnist } from './fashion-mnist.js';
import { parseIdx, readIdx } from './idx.js';

/** The bytes of an IDX file: magic number, sizes, data. */
function idx(sizes: readonly number[], data: readonly number[], type = 8): Buffer {
  const header = Buffer.alloc(4 + 4 * sizes.length);
  header.writeUInt8(type, 2);
  header.writeUInt8(sizes.length, 3);
  sizes.forEach((size, i) => header.writeUInt32BE(size, 4 + 4 * i));
  return Buffer.concat([header, Buffer.from(data)]);
}

const six = [0, 1, 2, 3, 254, 255];
const good = idx([3, 2], six);

describe('reads', () => {
  test('sizes and bytes in order', () => {
    const { shape, bytes } = parseIdx(good, 2, 'good');
    expect(shape).toEqual([3, 2]);
    expect([...bytes]).toEqual(six);
  });

  test('a plain file, a gzipped one, and the plain one where there are both', () => {
    expect([...readIdx(folderWith({ a: good }), 'a', 2).bytes]).toEqual(six);
    expect([...readIdx(folderWith({ 'a.gz': gzipSync(good) }), 'a', 2).bytes]).toEqual(six);
    const both = folderWith({ a: idx([1], [7]), 'a.gz': gzipSync(idx([1], [8])) });
    expect([...readIdx(both, 'a', 1).bytes]).toEqual([7]);
  });
});

describe('refuses with code DATA and the path', () => {
  const broken: Record<string, [Buffer, RegExp]> = {
    'an empty file': [Buffer.alloc(0), /unsigned bytes with 2 dimensions/],
    'half a header': [good.subarray(0, 9), /unsigned bytes with 2 dimensions/],
    'another magic number': [Buffer.concat([Buffer.from('PK'), good.subarray(2)]), /received something else/],
    floats: [idx([3, 2], six, 0x0d), /unsigned bytes/],
    'another number of dimensions': [idx([6], six), /with 2 dimensions/],
    'fewer bytes than it says': [good.subarray(0, -1), /expected 18 bytes .*received 17; the file is truncated/],
    'more bytes than it says': [
      Buffer.concat([good, Buffer.of(1)]),
      /expected 18 bytes .*received 19.*not what it says/,
    ],
    'sizes that no machine has': [idx([0xffffffff, 0xffffffff], six), /(expected|claims) \d.* bytes/],
  };

  test.each(Object.entries(broken))('%s', (_, [content, message]) => {
    for (const files of [{ a: content }, { 'a.gz': gzipSync(content) }]) {
      const folder = folderWith(files);
      const failure = failureOf(() => readIdx(folder, 'a', 2));
      expect(failure.code).toBe('DATA');
      expect(failure.message).toMatch(message);
      expect(failure.message).toContain(join(folder, 'a'));
    }
  });

  test('a gzip file cut off, or none at all', () => {
    for (const content of [gzipSync(good).subarray(0, -9), Buffer.from('not gzip')]) {
      const failure = failureOf(() => readIdx(folderWith({ 'a.gz': content }), 'a', 2));
      expect(failure.code).toBe('DATA');
      expect(failure.message).toMatch(/a\.gz cannot be read \(.+\); is it truncated\? Fetch it again/);
    }
  });

  test('a gzip file that unfolds to more than it says, or says more than it can hold', () => {
    const refusal = (content: Buffer) =>
      failureOf(() => readIdx(folderWith({ 'a.gz': gzipSync(content) }), 'a', 1)).message;
    const bomb = Buffer.alloc(2 ** 26);
    idx([100], []).copy(bomb);
    expect(refusal(bomb)).toMatch(/it holds more than the 108 bytes that were expected/);
    expect(refusal(idx([2 ** 24], [1]))).toMatch(/it claims 16777224 bytes, which \d+ packed ones cannot hold/);
    expect(refusal(idx([2 ** 31], [1]))).toMatch(/it claims 2147483656 bytes, expected at most 268435456/);
  });

  test('a device and a pipe, without waiting for either', () => {
    const folder = folderWith({});
    symlinkSync('/dev/zero', join(folder, 'a'));
    execFileSync('mkfifo', [join(folder, 'b')]);
    for (const name of ['a', 'b'])
      expect(failureOf(() => readIdx(folder, name, 1)).message).toMatch(/received a folder, a pipe or a device/);
  });

  test('a file that is missing, or a folder of its name', () => {
    const folder = folderWith({});
    expect(failureOf(() => readIdx(folder, 'a', 2)).message).toBe(`expected a or a.gz in ${folder}, found neither`);
    mkdirSync(join(folder, 'a'));
    expect(failureOf(() => readIdx(folder, 'a', 2)).code).toBe('DATA');
  });
});

describe('loadFashionMnist', () => {
  const files = {
    'train-images-idx3-ubyte': idx([2, 1, 2], [0, 51, 102, 255]),
    'train-labels-idx1-ubyte': idx([2], [9, 0]),
    't10k-images-idx3-ubyte': idx([1, 1, 2], [5, 6]),
    't10k-labels-idx1-ubyte': idx([1], [3]),
  };

  test('reads the four files of a folder, plain or gzipped', () => {
    const zipped = Object.fromEntries(
      Object.entries(files).map(([name, content]) => [`${name}.gz`, gzipSync(content)]),
    );
    for (const folder of [folderWith(files), folderWith(zipped)]) {
      const { train, test: held, classes } = loadFashionMnist(folder);
      expect(classes).toHaveLength(10);
      expect(train.images.dtype).toBe('uint8');
      expect(train.images.shape).toEqual([2, 1, 1, 2]);
      expect(train.images.toNumbers()).toEqual([0, 51, 102, 255]);
      expect(train.labels.toNumbers()).toEqual([9, 0]);
      expect(held.images.toNumbers()).toEqual([5, 6]);
      expect([train.name, held.name, held.offset]).toEqual(['train', 'test', 0]);
    }
  });

  test.each(Object.keys(files))('refuses a folder without %s', (missing) => {
    const folder = folderWith(Object.fromEntries(Object.entries(files).filter(([name]) => name !== missing)));
    const failure = failureOf(() => loadFashionMnist(folder));
    expect(failure.code).toBe('DATA');
    expect(failure.message).toContain(`expected ${missing} or ${missing}.gz in ${folder}`);
  });

  test('refuses a label out of range, and labels of another number than images', () => {
    const label = folderWith({ ...files, 't10k-labels-idx1-ubyte': idx([1], [10]) });
    expect(failureOf(() => loadFashionMnist(label)).message).toMatch(
      /expected labels below 10 in test, received 10 for example 0/,
    );
    const fewer = folderWith({ ...files, 'train-labels-idx1-ubyte': idx([1], [9]) });
    expect(failureOf(() => loadFashionMnist(fewer)).message).toMatch(
      /expected 2 bytes for each of the 1 labels of train, received 4/,
    );
    const none = folderWith({
      ...files,
      't10k-images-idx3-ubyte': idx([0, 1, 2], []),
      't10k-labels-idx1-ubyte': idx([0], []),
    });
    expect(failureOf(() => loadFashionMnist(none)).code).toBe('DATA');
  });
});
