/**
 * The data sets by name, and MNIST's files beside official checksums.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { folderWith } from '../../test/support/folders.js';
import { checkFiles } from './official-files.js';
import { disposeSplit } from './dataset.js';
import { DATASETS, describeDataset, loadDataset, verifyDataset } from './index.js';
import { refusalOf } from './made-up-files.test-helper.js';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const images = Buffer.concat([
  Buffer.from([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 1]),
  Buffer.from([1, 2, 3, 4]),
]);
const labels = Buffer.from([0, 0, 8, 1, 0, 0, 0, 2, 9, 0]);

test('every data set says what it is, and refuses an empty folder with one clear error', () => {
  for (const name of DATASETS.names) {
    expect(describeDataset(name).about).toMatch(/images|photographs|digits/);
    expect(refusalOf(() => loadDataset(name, folderWith({})))).toMatch(/expected|not found|cannot be read/);
  }
});

test('MNIST is read from IDX files; their checksums are those of no official file', async () => {
  const folder = folderWith({
    'train-images-idx3-ubyte.gz': gzipSync(images),
    'train-labels-idx1-ubyte': labels,
    't10k-images-idx3-ubyte': images,
    't10k-labels-idx1-ubyte': labels,
  });
  const { train, test: held } = loadDataset('mnist', folder);
  expect(train.images.shape).toEqual([2, 1, 2, 1]);
  expect(held.labels.toNumbers()).toEqual([9, 0]);
  disposeSplit(train);
  disposeSplit(held);
  const states = (await verifyDataset('mnist', folder)).map(({ state }) => state);
  expect(states).toEqual(['differs', 'unknown', 'unknown', 'unknown']);
});

test('a checksum of contents holds for the file zipped or not', async () => {
  const official = { name: 'labels', algorithm: 'SHA-256', digest: sha256(labels), contents: true } as const;
  const stateIn = async (files: Record<string, Uint8Array>) =>
    (await checkFiles(folderWith(files), [official]))[0]!.state;
  expect(await stateIn({ labels })).toBe('official');
  expect(await stateIn({ 'labels.gz': gzipSync(labels) })).toBe('official');
  expect(await stateIn({ 'labels.gz': gzipSync(images) })).toBe('differs');
  expect(await stateIn({ 'labels.gz': Buffer.from('no gzip') })).toBe('differs');
  expect(await stateIn({})).toBe('missing');
});

test('a data set from outside that lacks what is asked of one is refused when it is added', () => {
  expect(() => {
    DATASETS.add('mine', { about: 'images', loads: () => undefined } as never);
  }).toThrow(
    'expected a data set mine with about, find, load, fetch, verify, received one without find, load, fetch, verify; ' +
      'did you mean load where it has loads?',
  );
  expect(DATASETS.names).not.toContain('mine');
});
