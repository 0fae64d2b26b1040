/**
 * A folder of one's own images: read by class, or refused with the name of what is wrong.
 *
 * @module
 */
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { encode, type BitDepth } from 'fast-png';
import { describe, expect, test } from 'vitest';
import { folderWith } from '../../test/support/folders.js';
import { disposeSplit } from './dataset.js';
import { loadImageFolder } from './image-folder.js';
import { refusalOf } from './made-up-files.test-helper.js';

interface Made {
  channels?: number;
  width?: number;
  height?: number;
  first?: number;
  depth?: BitDepth;
}

/** A PNG file whose bytes count up from `first`. */
function png({ channels = 3, width = 2, height = 2, first = 0, depth = 8 }: Made = {}): Uint8Array {
  const length = width * height * channels;
  const data = depth === 16 ? new Uint16Array(length) : Uint8Array.from({ length }, (_, i) => first + i);
  return encode({ width, height, channels, depth, data });
}

const good = {
  'train/b/2.png': png({ first: 30 }),
  'train/b/1.png': png({ first: 10 }),
  'train/a/1.PNG': png({ first: 50 }),
  'test/a/x.png': png({ first: 70 }),
  'test/b/y.png': png({ first: 90 }),
  'train/b/.hidden': 'left alone',
};
const planes = (first: number) => [0, 1, 2].flatMap((c) => [0, 3, 6, 9].map((i) => first + i + c));

describe('what is read', () => {
  test('classes in alphabetical order, colour as planes, what is no image of a class counted and named', () => {
    const { classes, train, test: held, notes } = loadImageFolder(folderWith({ ...good, 'train/README': 'mine' }));
    expect(classes).toEqual(['a', 'b']);
    expect(train.images.shape).toEqual([3, 3, 2, 2]);
    const [images, labels] = [train.images.toNumbers(), train.labels.toNumbers()];
    const read = labels.map((label, i) => [label, images.slice(12 * i, 12 * (i + 1))]);
    expect(read.sort()).toEqual([
      [0, planes(50)],
      [1, planes(10)],
      [1, planes(30)],
    ]);
    expect(held.labels.toNumbers()).toEqual([0, 1]);
    expect(notes).toEqual([expect.stringMatching(/^2 entries .* left out: .*train.README, .*\.hidden$/)]);
    disposeSplit(train);
    disposeSplit(held);
  });

  test('the first and the last images of a split have every class', () => {
    const files = ['train', 'test'].flatMap((part) =>
      ['a', 'b', 'c'].flatMap((name) =>
        Array.from({ length: 6 }, (_, i): [string, Uint8Array] => [`${part}/${name}/${i}.png`, png({ first: 3 * i })]),
      ),
    );
    const { train, test: held } = loadImageFolder(folderWith(Object.fromEntries(files)));
    for (const split of [train, held]) {
      const labels = split.labels.toNumbers();
      expect([...labels.slice(0, 3)].sort()).toEqual([0, 1, 2]);
      expect([...labels.slice(-3)].sort()).toEqual([0, 1, 2]);
      disposeSplit(split);
    }
  });

  test('symbolic links to classes and to images, as what they lead to', () => {
    const folder = folderWith(good);
    for (const part of ['train', 'test']) {
      symlinkSync(join(folder, part, 'a'), join(folder, part, 'c'));
      symlinkSync(join(folder, part, part === 'train' ? 'a/1.PNG' : 'a/x.png'), join(folder, part, 'b', 'linked.png'));
    }
    const { classes, train, test: held } = loadImageFolder(folder);
    expect(classes).toEqual(['a', 'b', 'c']);
    expect(train.labels.toNumbers().sort()).toEqual([0, 1, 1, 1, 2]);
    expect(held.labels.toNumbers().sort()).toEqual([0, 1, 1, 2]);
    disposeSplit(train);
    disposeSplit(held);
  });

  test('grey images of one channel; opaque transparency is dropped', () => {
    const opaque = encode({ width: 1, height: 2, channels: 2, depth: 8, data: Uint8Array.of(7, 255, 9, 255) });
    const grey = png({ channels: 1, width: 1 });
    const { train, test: held } = loadImageFolder(
      folderWith({ 'train/a/1.png': opaque, 'train/b/1.png': grey, 'test/a/1.png': grey, 'test/b/1.png': grey }),
    );
    expect(train.images.shape).toEqual([2, 1, 2, 1]);
    expect(train.images.toNumbers()).toEqual([7, 9, 0, 1]);
    disposeSplit(train);
    disposeSplit(held);
  });
});

describe('what is refused', () => {
  const transparent = encode({ width: 2, height: 2, channels: 4, depth: 8, data: new Uint8Array(16) });
  test.each<[string, Record<string, Uint8Array | string>, RegExp]>([
    [
      'another size',
      { 'test/b/z.png': png({ width: 3 }) },
      /images of one size, received 3 × 2 colour in .*test.b.z\.png after 2 × 2 colour in .*1\.PNG/,
    ],
    ['grey among colour', { 'train/b/3.png': png({ channels: 1 }) }, /received 2 × 2 grey in .*3\.png/],
    ['a file that is no PNG', { 'train/b/3.png': 'GIF89a' }, /train.b.3\.png cannot be used: .*expected a PNG image/],
    ['a truncated file', { 'train/b/3.png': png().subarray(0, 40) }, /train.b.3\.png cannot be used/],
    ['16 bits a channel', { 'train/b/3.png': png({ depth: 16 }) }, /3\.png cannot be used: it has 16 bits a channel/],
    ['transparency', { 'train/b/3.png': transparent }, /3\.png cannot be used: it is partly transparent/],
    ['another kind of file', { 'train/b/note.txt': 'x' }, /expected PNG files in .*b, received note\.txt/],
    [
      'a class in one part only',
      { 'train/c/1.png': png() },
      /the same classes in train and test of .*, received c in only one/,
    ],
  ])('%s', (_, files, message) => {
    expect(refusalOf(() => loadImageFolder(folderWith({ ...good, ...files })))).toMatch(message);
  });

  test('no folder, no parts, no classes', () => {
    expect(refusalOf(() => loadImageFolder())).toMatch(/expected the folder of the images with --data/);
    expect(refusalOf(() => loadImageFolder(folderWith({})))).toMatch(/expected a folder .*train .*cannot be read/);
    expect(refusalOf(() => loadImageFolder(folderWith({ 'train/a.png': png() })))).toMatch(
      /expected 2 to 256 classes.*received 0/,
    );
  });
});
