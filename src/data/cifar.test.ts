/**
 * CIFAR-10 and CIFAR-100 in both layouts, from small files: found, read, fetched from a server in this process,
 * compared with checksums, and every way in which a file can be wrong.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { folderWith } from '../../test/support/folders.js';
import { CIFAR10 } from './cifar-10.js';
import { CIFAR100 } from './cifar-100.js';
import { fetchCifar, loadCifar, verifyCifar, type CifarFamily } from './cifar.js';
import { disposeSplit, type Dataset } from './dataset.js';
import { batchOf, pixelsOf, recordsOf, refusalOf, tarOf } from './made-up-files.test-helper.js';

/** A family whose files hold two images each. */
function small(family: CifarFamily): CifarFamily {
  const shrink = (layout: CifarFamily['binary']) => ({
    ...layout,
    train: { ...layout.train, images: 2 },
    test: { ...layout.test, images: 2 },
  });
  return { ...family, binary: shrink(family.binary), python: shrink(family.python) };
}
const ten = small(CIFAR10);
const hundred = small(CIFAR100);

const binaryTen = Object.fromEntries([
  ...[1, 2, 3, 4, 5].map((i) => [`data_batch_${i}.bin`, recordsOf([[i], [9 - i]], 2 * i)]),
  ['test_batch.bin', recordsOf([[0], [9]], 50)],
]) as Record<string, Buffer>;
const pythonTen = Object.fromEntries([
  ...[1, 2, 3, 4, 5].map((i) => [`data_batch_${i}`, batchOf('labels', [i, 9 - i], 2 * i)]),
  ['test_batch', batchOf('labels', [0, 9], 50)],
]) as Record<string, Buffer>;
const binaryHundred = {
  'train.bin': recordsOf([
    [19, 99],
    [0, 1],
  ]),
  'test.bin': recordsOf(
    [
      [3, 50],
      [4, 7],
    ],
    9,
  ),
};
const pythonHundred = { train: batchOf('fine_labels', [99, 1]), test: batchOf('fine_labels', [50, 7], 9) };

const within = (folder: string, files: Readonly<Record<string, Buffer>>) =>
  Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`${folder}/${name}`, bytes]));

function contentOf({ train, test }: Dataset) {
  const content = [train, test].map(({ images, labels }) => ({
    shape: images.shape,
    dtype: images.dtype,
    images: Buffer.from(images.toTypedArray() as Uint8Array),
    labels: labels.toNumbers(),
  }));
  disposeSplit(train);
  disposeSplit(test);
  return content;
}

const pixels = (...seeds: number[]) => Buffer.concat(seeds.map(pixelsOf));
const expectedTen = [
  {
    shape: [10, 3, 32, 32],
    dtype: 'uint8',
    images: pixels(2, 3, 4, 5, 6, 7, 8, 9, 10, 11),
    labels: [1, 8, 2, 7, 3, 6, 4, 5, 5, 4],
  },
  { shape: [2, 3, 32, 32], dtype: 'uint8', images: pixels(50, 51), labels: [0, 9] },
];
const expectedHundred = [
  { shape: [2, 3, 32, 32], dtype: 'uint8', images: pixels(0, 1), labels: [99, 1] },
  { shape: [2, 3, 32, 32], dtype: 'uint8', images: pixels(9, 10), labels: [50, 7] },
];

let before: string | undefined;
beforeEach(() => {
  before = process.env.SADDLEPOINT_DATA;
});
afterEach(() => {
  if (before === undefined) delete process.env.SADDLEPOINT_DATA;
  else process.env.SADDLEPOINT_DATA = before;
});

describe('what is read', () => {
  test.each([
    ['the files themselves', binaryTen],
    ["the archive's folder", within('cifar-10-batches-bin', binaryTen)],
    ["a cache's folder", within('cifar-10/cifar-10-batches-bin', binaryTen)],
    ['pickles', pythonTen],
    ["the pickles' folder", within('cifar-10-batches-py', pythonTen)],
  ])('CIFAR-10 from %s', (_, files) => {
    expect(contentOf(loadCifar(ten, folderWith(files)))).toEqual(expectedTen);
  });

  test.each([
    ['records with a coarse and a fine label', within('cifar-100-binary', binaryHundred)],
    ['pickles', within('cifar-100-python', pythonHundred)],
  ])('CIFAR-100 from %s', (_, files) => {
    expect(contentOf(loadCifar(hundred, folderWith(files)))).toEqual(expectedHundred);
  });

  test('without a folder, from SADDLEPOINT_DATA', () => {
    process.env.SADDLEPOINT_DATA = folderWith(binaryTen);
    expect(contentOf(loadCifar(ten))).toEqual(expectedTen);
  });

  test('the classes have their names', () => {
    expect([CIFAR10.classes.length, new Set(CIFAR100.classes).size]).toEqual([10, 100]);
    expect([CIFAR100.classes[1], CIFAR100.classes[99]]).toEqual(['aquarium fish', 'worm']);
  });
});

describe('what is refused', () => {
  const of = (files: Readonly<Record<string, Uint8Array | string>>) =>
    refusalOf(() => loadCifar(ten, folderWith(files)));

  test('a folder without the files, saying what to do', () => {
    expect(of({})).toMatch(
      /CIFAR-10 was not found in .*expected test_batch\.bin or test_batch there.*data fetch cifar-10/,
    );
  });

  test('a missing file, a truncated one, one too long, a wrong label: by name', () => {
    const { 'data_batch_3.bin': third, ...others } = binaryTen;
    expect(of(others)).toMatch(/data_batch_3\.bin cannot be read/);
    const size = 2 * 3073;
    expect(of({ ...binaryTen, 'data_batch_3.bin': third!.subarray(0, 5000) })).toMatch(
      new RegExp(`expected ${size} bytes in .*data_batch_3\\.bin .*received 5000; is it truncated`),
    );
    expect(of({ ...binaryTen, 'test_batch.bin': Buffer.concat([third!, third!]) })).toMatch(/received 12292/);
    expect(of({ ...binaryTen, 'data_batch_2.bin': recordsOf([[3], [10]]) })).toMatch(
      /expected labels below 10 in .*data_batch_2\.bin, received 10 for example 1/,
    );
  });

  test.each([
    ['other numbers of labels and images', batchOf('labels', [1]), /expected 2 images of 3072 bytes as `data`/],
    ['no labels under the key', batchOf('fine_labels', [1, 2]), /as many labels as `labels` in .*test_batch/],
    ['a label out of range', batchOf('labels', [1, 10]), /labels below 10 in .*test_batch, received 10/],
    [
      'a truncated pickle',
      batchOf('labels', [1, 2]).subarray(0, 4000),
      /not a pickle of plain data: it ends too early/,
    ],
    ['a list', Buffer.from('\x80\x02].', 'latin1'), /received something else/],
  ])('pickles: %s', (_, bytes, message) => {
    expect(of({ ...pythonTen, test_batch: bytes })).toMatch(message);
  });
});

describe('fetching', () => {
  const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

  async function fetched(archive: Buffer, checksum = sha256(archive), here: Record<string, Uint8Array> = {}) {
    const server = createServer((_, response) =>
      response.writeHead(200, { 'content-length': archive.length }).end(archive),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/cifar-10-binary.tar.gz`;
    process.env.SADDLEPOINT_DATA = folderWith(here);
    const lines: string[] = [];
    try {
      const folder = await fetchCifar({ ...ten, archive: { url, sha256: checksum } }, (line) => lines.push(line));
      return { folder, lines };
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }

  test('downloads, checks and unpacks the archive, telling how far it is; the second time nothing is to do', async () => {
    const extra = { '../escape.txt': Buffer.from('x'), 'cifar-10-batches-bin/readme.html': Buffer.from('y') };
    const { folder, lines } = await fetched(tarOf({ ...within('cifar-10-batches-bin', binaryTen), ...extra }));
    expect(lines.at(-1)).toMatch(/CIFAR-10: 100 % of \d+ MB/);
    expect(readdirSync(folder).sort()).toEqual(Object.keys(binaryTen).sort()); // what was not asked for is not written
    expect(readdirSync(join(folder, '..'))).toEqual(['cifar-10-batches-bin']); // the archive is gone
    expect(existsSync(join(folder, '../../escape.txt'))).toBe(false);
    expect(contentOf(loadCifar(ten))).toEqual(expectedTen);
    expect(await fetchCifar(ten, () => undefined)).toBe(folder);
  });

  test.each([
    ['a file cut off', { 'data_batch_3.bin': binaryTen['data_batch_3.bin']!.subarray(0, 5000) }],
    ['a file missing', { 'data_batch_3.bin': undefined }],
  ])('with %s, says so and fetches all of it again, in its place', async (_, change) => {
    const broken = Object.entries({ ...binaryTen, ...change }).filter(([, bytes]) => bytes !== undefined);
    const archive = tarOf(within('cifar-10-batches-bin', binaryTen));
    const { folder, lines } = await fetched(archive, sha256(archive), Object.fromEntries(broken) as typeof binaryTen);
    expect(lines[0]).toMatch(/The data set in .* cannot be used: .*data_batch_3\.bin/);
    expect(contentOf(loadCifar(ten))).toEqual(expectedTen);
    expect(await fetchCifar(ten, () => undefined)).toBe(folder);
  });

  test('refuses an archive with another checksum, one that lacks a file, and one that is none', async () => {
    const whole = tarOf(within('cifar-10-batches-bin', binaryTen));
    await expect(fetched(whole, sha256(Buffer.from('other')))).rejects.toThrow(
      /expected SHA-256 .* received .*; the file was not kept/,
    );
    const { 'test_batch.bin': _, ...others } = binaryTen;
    await expect(fetched(tarOf(within('cifar-10-batches-bin', others)))).rejects.toThrow(
      /expected cifar-10-batches-bin\/test_batch\.bin in/,
    );
    await expect(fetched(tarOf(within('cifar-10-batches-bin', binaryTen), '2'))).rejects.toThrow(/found no such file/);
    await expect(fetched(whole.subarray(0, whole.length / 2))).rejects.toThrow(/cannot be unzipped .* is it truncated/);
    await expect(fetched(Buffer.from('<html>'))).rejects.toThrow(/cannot be unzipped/);
  });
});

test('verifying tells official files from others, and from those that are missing', async () => {
  const official = createHash('md5').update(binaryTen['test_batch.bin']!).digest('hex');
  const family = { ...ten, binary: { ...ten.binary, test: { images: 2, files: { 'test_batch.bin': official } } } };
  const { 'data_batch_5.bin': _, ...files } = binaryTen;
  const states = (await verifyCifar(family, folderWith(files))).map(({ name, state }) => `${name} ${state}`);
  expect(states).toEqual([
    ...[1, 2, 3, 4].map((i) => `data_batch_${i}.bin differs`),
    'data_batch_5.bin missing',
    'test_batch.bin official',
  ]);
});
