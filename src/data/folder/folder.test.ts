/**
 * A folder of one's own images: read by class to the pixels that Pillow sees, or refused with all that is wrong.
 *
 * @module
 */
import { chmodSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encode, type BitDepth } from 'fast-png';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { folderWith, temporaryFolder } from '../../../test/support/folders.js';
import { disposeSplit, type Dataset } from '../dataset.js';
import { refusalOf } from '../made-up-files.test-helper.js';
import { loadFolder } from './index.js';
import type { FolderOptions } from './options.js';

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
  const data =
    depth === 16
      ? Uint16Array.from({ length }, (_, i) => 256 * (first + i))
      : Uint8Array.from({ length }, (_, i) => first + i);
  return encode({ width, height, channels, depth, data });
}
const planes = (first: number) => [0, 1, 2].flatMap((c) => [0, 3, 6, 9].map((i) => first + i + c));

const good = {
  'train/b/2.png': png({ first: 30 }),
  'train/b/1.png': png({ first: 10 }),
  'train/a/1.PNG': png({ first: 50 }),
  'test/a/x.png': png({ first: 70 }),
  'test/b/y.png': png({ first: 90 }),
  'train/b/.hidden': 'left alone',
};

let before: string | undefined;
beforeEach(() => {
  before = process.env.SADDLEPOINT_DATA;
  process.env.SADDLEPOINT_DATA = temporaryFolder();
});
afterEach(() => {
  if (before === undefined) delete process.env.SADDLEPOINT_DATA;
  else process.env.SADDLEPOINT_DATA = before;
});

/** A split's images as `[label, bytes]`, in no order. */
function contents({ images, labels }: Dataset['train']): [number, number[]][] {
  const [bytes, size] = [images.toNumbers(), images.numel() / labels.numel()];
  return labels
    .toNumbers()
    .map((label, i): [number, number[]] => [label, bytes.slice(size * i, size * (i + 1))])
    .sort((a, b) => a[0] - b[0] || a[1][0]! - b[1][0]!);
}

function using<T>(folder: string, look: (dataset: Dataset) => T, options?: FolderOptions): T {
  const dataset = loadFolder(folder, options);
  try {
    return look(dataset);
  } finally {
    for (const split of [dataset.train, dataset.test]) disposeSplit(split);
  }
}

describe('what is read', () => {
  test('classes by name, colour as planes, what is no image counted and named', () => {
    const junk = {
      'train/Thumbs.db': 'x',
      'train/a/.DS_Store': 'x',
      'test/__MACOSX/._x.png': 'x',
      'train/README': 'mine',
    };
    using(folderWith({ ...good, ...junk }), ({ classes, train, test: held, notes }) => {
      expect(classes).toEqual(['a', 'b']);
      expect(train.images.shape).toEqual([3, 3, 2, 2]);
      expect(contents(train)).toEqual([
        [0, planes(50)],
        [1, planes(10)],
        [1, planes(30)],
      ]);
      expect(held.labels.toNumbers().sort()).toEqual([0, 1]);
      expect(notes).toEqual([
        '2 classes: a 2, b 3',
        expect.stringMatching(/^5 entries that are no images were left out by their names: /),
      ]);
    });
  });

  test('the first and the last images of a split have every class', () => {
    const files = ['train', 'test'].flatMap((part) =>
      ['a', 'b', 'c'].flatMap((name) =>
        Array.from({ length: 6 }, (_, i): [string, Uint8Array] => [`${part}/${name}/${i}.png`, png({ first: 3 * i })]),
      ),
    );
    using(folderWith(Object.fromEntries(files)), ({ train, test: held }) => {
      for (const split of [train, held]) {
        const labels = split.labels.toNumbers();
        expect([...labels.slice(0, 3)].sort()).toEqual([0, 1, 2]);
        expect([...labels.slice(-3)].sort()).toEqual([0, 1, 2]);
      }
    });
  });

  test('one folder: of each class its share is set apart, always the same', () => {
    const files = ['cat', 'dog'].flatMap((name, label) =>
      Array.from({ length: 10 }, (_, i): [string, Uint8Array] => [`${name}/${i}.png`, png({ first: 100 * label + i })]),
    );
    const folder = folderWith(Object.fromEntries(files));
    const look = ({ train, test: held, notes }: Dataset) => ({ train: contents(train), held: contents(held), notes });
    const { train, held, notes } = using(folder, look);
    expect([train, held].map((part) => part.map(([label]) => label).join(''))).toEqual([
      '0'.repeat(8) + '1'.repeat(8),
      '0011',
    ]);
    expect(notes).toEqual([
      '2 classes: cat 10, dog 10',
      '4 of 20 images, of each class its share, are set apart for testing',
    ]);
    expect(using(folder, look)).toEqual({ train, held, notes });
    expect(using(folder, look, { testShare: 0.5 }).held).toHaveLength(10);
  });

  test.each(['val', 'valid', 'validation'])('a part for testing called %s', (name) => {
    const files = Object.entries(good).map(([path, file]) => [path.replace(/^test/, name), file]);
    expect(using(folderWith(Object.fromEntries(files) as typeof good), ({ test: held }) => held.labels.numel())).toBe(
      2,
    );
  });

  test('a class with many times the images of another is said', () => {
    const more = Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`train/a/${i}.png`, png()]));
    expect(using(folderWith({ ...good, ...more }), ({ notes }) => notes![0])).toMatch(/^2 classes: a 8, b 3$/);
    const many = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`train/a/${i}.png`, png()]));
    expect(using(folderWith({ ...good, ...many }), ({ notes }) => notes![0])).toMatch(/the largest class has 4 times/);
  });

  test('symbolic links to classes and to images, as what they lead to', () => {
    const folder = folderWith(good);
    for (const part of ['train', 'test']) {
      symlinkSync(join(folder, part, 'a'), join(folder, part, 'c'));
      symlinkSync(join(folder, part, part === 'train' ? 'a/1.PNG' : 'a/x.png'), join(folder, part, 'b', 'linked.png'));
    }
    using(folder, ({ classes, train, test: held }) => {
      expect(classes).toEqual(['a', 'b', 'c']);
      expect(train.labels.toNumbers().sort()).toEqual([0, 1, 1, 1, 2]);
      expect(held.labels.toNumbers().sort()).toEqual([0, 1, 1, 2]);
    });
  });

  test('names with spaces and umlauts', () => {
    const files = {
      'große Katze/ä 1.png': png(),
      'große Katze/2.png': png(),
      'ein Hund/ö.png': png(),
      'ein Hund/p.png': png(),
    };
    expect(using(folderWith(files), ({ classes }) => classes, { testShare: 0.5 })).toEqual(['ein Hund', 'große Katze']);
  });
});

describe('pixels are those that Pillow converts to RGB', () => {
  const one = async (file: Uint8Array, name = 'x.png', options?: FolderOptions) => {
    const others = { 'train/b/1.png': png(), 'test/a/1.png': png(), 'test/b/1.png': png() };
    return Promise.resolve(
      using(folderWith({ ...others, [`train/a/${name}`]: file }), ({ train }) => contents(train)[0]![1], options),
    );
  };

  test('transparency is dropped, not blended', async () => {
    const data = Uint8Array.from({ length: 16 }, (_, i) => (i % 4 === 3 ? 60 * (i >> 2) : 10 * i));
    const pixels = await one(encode({ width: 2, height: 2, channels: 4, depth: 8, data }));
    expect(pixels).toEqual([0, 1, 2].flatMap((c) => [0, 4, 8, 12].map((i) => data[i + c])));
  });

  test('images with transparency are counted', () => {
    const data = new Uint8Array(16).fill(200);
    const files = { ...good, 'train/a/t.png': encode({ width: 2, height: 2, channels: 4, depth: 8, data }) };
    expect(using(folderWith(files), ({ notes }) => notes!.at(-1))).toBe(
      '1 of 6 images have transparency, which is left out, not blended with anything',
    );
  });

  test('of 16 bits the upper 8 are taken', async () => {
    expect(await one(png({ depth: 16, first: 40 }))).toEqual(planes(40));
  });

  test('grey among colour becomes colour; grey alone stays one channel', async () => {
    expect(await one(png({ channels: 1, first: 9 }))).toEqual([9, 10, 11, 12, 9, 10, 11, 12, 9, 10, 11, 12]);
    const grey = png({ channels: 1, width: 1 });
    const opaque = encode({ width: 1, height: 2, channels: 2, depth: 8, data: Uint8Array.of(7, 255, 9, 255) });
    const files = { 'train/a/1.png': opaque, 'train/b/1.png': grey, 'test/a/1.png': grey, 'test/b/1.png': grey };
    using(folderWith(files), ({ train }) => {
      expect(train.images.shape).toEqual([2, 1, 2, 1]);
      expect(contents(train)).toEqual([
        [0, [7, 9]],
        [1, [0, 1]],
      ]);
    });
  });

  test('a JPEG is not turned by its EXIF orientation, and WebP without loss is exact', async () => {
    const raw = { raw: { width: 2, height: 2, channels: 3 } } as const;
    const flat = Buffer.from([200, 200, 200, 200, 200, 200, 20, 20, 20, 20, 20, 20]);
    const turned = await sharp(flat, raw).withMetadata({ orientation: 3 }).jpeg({ quality: 100 }).toBuffer();
    const pixels = await one(turned, 'x.jpg');
    expect(pixels[0]).toBeGreaterThan(190);
    expect(pixels[2]).toBeLessThan(30);
    const bytes = Buffer.from(Uint8Array.from({ length: 12 }, (_, i) => 20 * i));
    expect(await one(await sharp(bytes, raw).webp({ lossless: true }).toBuffer(), 'x.webp')).toEqual(
      [0, 1, 2].flatMap((c) => [0, 3, 6, 9].map((i) => 20 * (i + c))),
    );
  });

  test('all are brought to one size where one is asked for', () => {
    const wide = encode({
      width: 4,
      height: 2,
      channels: 1,
      depth: 8,
      data: Uint8Array.of(0, 100, 100, 0, 0, 100, 100, 0),
    });
    const files = { 'a/1.png': wide, 'a/2.png': wide, 'b/1.png': wide, 'b/2.png': wide };
    const read = (resize: 'cover' | 'contain' | 'exact') =>
      using(folderWith(files), ({ train }) => contents(train)[0]![1], { size: 2, resize, testShare: 0.5 });
    expect(read('cover')).toEqual([100, 100, 100, 100]); // the middle
    expect(read('exact')[0]).toBeGreaterThan(20);
    expect(read('exact')[0]).toBeLessThan(90);
    expect(read('contain')[0]).toBeLessThan(60); // a quarter of the square is black above
  });
});

describe('the cache', () => {
  test('is read again, and not for a file that changed', () => {
    const folder = folderWith(good);
    const look = () => using(folder, ({ train }) => contents(train)[0]![1]);
    expect(look()).toEqual(planes(50));
    const changed = join(folder, 'train/a/1.PNG');
    writeFileSync(changed, png({ first: 60 }));
    utimesSync(changed, 1e9, 1e9);
    expect(look()).toEqual(planes(60));
    // What it holds now is believed: the pictures themselves are not opened.
    const bytes = png({ first: 60 }).length;
    writeFileSync(changed, Buffer.alloc(bytes));
    utimesSync(changed, 1e9, 1e9);
    expect(look()).toEqual(planes(60));
  });
});

describe('what is refused, all of it at once', () => {
  const refusal = (files: Record<string, Uint8Array | string>, options?: FolderOptions) =>
    refusalOf(() => loadFolder(folderWith(files), options));

  test('images of several sizes, with what to do', () => {
    expect(refusal({ ...good, 'test/b/z.png': png({ width: 3 }) })).toMatch(
      /z\.png: it has 3 × 2 pixels after 2 × 2 in .*\. Set `size` to bring all to one size/,
    );
  });

  test('every file that cannot be decoded, with its reason', () => {
    const flipped = Buffer.from(png({ first: 3 }));
    flipped[flipped.length - 20]! ^= 1;
    const message = refusal({
      ...good,
      'train/a/text.jpg': 'this is no picture',
      'train/a/empty.png': '',
      'train/b/cut.png': png().subarray(0, 40),
      'train/b/flipped.png': flipped,
    });
    expect(message).toMatch(/^4 of 9 images in .* cannot be used: /);
    expect(message).toMatch(/text\.jpg: it is no JPEG, PNG or WebP file/);
    expect(message).toMatch(/empty\.png: it is empty/);
    expect(message).toMatch(/cut\.png: /);
    expect(message).toMatch(/flipped\.png: /);
  });

  test('grey of 16 bits, and colours for printing', async () => {
    const cmyk = await sharp(png(), {}).toColourspace('cmyk').jpeg().toBuffer();
    const message = refusal({
      ...good,
      'train/a/grey.png': png({ channels: 1, depth: 16 }),
      'train/b/print.jpg': cmyk,
    });
    expect(message).toMatch(/grey\.png: it is grey with 16 bits.*print\.jpg: its colours are CMYK/);
  });

  test('a picture of more pixels than are read', async () => {
    const huge = await sharp({ create: { width: 12_000, height: 9000, channels: 3, background: 'red' } })
      .jpeg()
      .toBuffer();
    expect(refusal({ ...good, 'train/a/huge.jpg': huge }, { size: 8 })).toMatch(
      /huge\.jpg: it has (108|more than 67) megapixels/,
    );
  }, 30_000);

  test('files that are no images, folders within classes, classes without images', () => {
    const message = refusal({
      ...good,
      'train/b/note.txt': 'x',
      'train/b/more/1.png': png(),
      'train/c/.keep': '',
      'test/c/1.png': png(),
    });
    expect(message).toMatch(
      /more is a folder within a class; .*note\.txt is no JPEG, PNG or WebP file; .*c has no images/,
    );
  });

  test('classes of one part only, or that differ by case alone', () => {
    const message = refusal({
      ...good,
      'train/c/1.png': png(),
      'test/d/1.png': png(),
      'train/B/1.png': png(),
      'test/B/1.png': png(),
    });
    expect(message).toMatch(/the class d is for testing only; the class c is for training only/);
    expect(message).toMatch(/the classes B and b differ by case/);
  });

  test('a line break in the name of a class, on one line', () => {
    const message = refusal({ 'a\nb/1.png': png(), 'a\nb/2.png': png(), 'c/1.png': png(), 'c/2.png': png() });
    expect(message).toMatch(/the class "a\\nb" has a line break/);
    expect(message).not.toContain('\n');
  });

  test('no folder, no images, one class, one image', () => {
    expect(refusalOf(() => loadFolder())).toMatch(/expected the folder of the images/);
    expect(refusal({})).toMatch(/expected 2 to 256 classes.*received 0/);
    expect(refusal({ 'cat/1.png': png() })).toMatch(/expected 2 to 256 classes.*received 1 \(cat\)/);
    expect(refusal({ 'cat/1.png': png(), 'dog/1.png': png() })).toMatch(/received too few of cat, dog/);
    expect(refusal({ 'train/a/1.png': png(), 'train/b/1.png': png() })).toMatch(
      /expected a folder test, val, valid beside train/,
    );
    expect(refusalOf(() => loadFolder('/nowhere/at/all'))).toMatch(/cannot be read: ENOENT/);
  });

  test.skipIf(process.getuid?.() === 0)('a folder without permission', () => {
    const folder = folderWith(good);
    chmodSync(join(folder, 'train', 'a'), 0);
    expect(refusalOf(() => loadFolder(folder))).toMatch(/train.a, it cannot be read: EACCES/);
    chmodSync(join(folder, 'train', 'a'), 0o700);
    rmSync(folder, { recursive: true });
  });
});
