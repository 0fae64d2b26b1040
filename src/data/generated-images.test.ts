/**
 * Generated images in `.npz` files: what is read of a sound one, and one sentence for any other.
 *
 * @module
 */
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { failureOf } from '../../test/support/failure.js';
import { folderWith } from '../../test/support/folders.js';
import { leavesNothingAlive } from '../../test/support/live-tensors.js';
import { storedZip } from '../../test/support/stored-zip.js';
import { tidy } from '../engine/index.js';
import { makeSplit, type Dataset } from './dataset.js';
import { GeneratedImages } from './generated-images.js';
import { npyFile } from './npy.test-helper.js';

leavesNothingAlive();

const BYTES = Uint8Array.from({ length: 3 * 2 * 4 * 3 }, (_, i) => (5 * i) % 256);
const IMAGES = npyFile('|u1', '(3, 2, 4, 3)', BYTES);
const LABELS = npyFile('<i8', '(3,)', new Uint8Array(BigInt64Array.of(1n, 0n, 4n).buffer));

/** A data set of two training images of 3 × 2 × 4 and five classes. */
function withDataset<Result>(use: (dataset: Dataset) => Result): Result {
  return tidy(() => {
    const split = makeSplit('train', new Uint8Array(48), Uint8Array.of(0, 1), [3, 2, 4], 5);
    return use({ name: 'made up', classes: ['a', 'b', 'c', 'd', 'e'], train: split, test: split });
  });
}
const fileOf = (bytes: Uint8Array) => join(folderWith({ 'extra.npz': bytes }), 'extra.npz');
const npz = (arrays: Readonly<Record<string, Uint8Array>>) =>
  storedZip(new Map(Object.entries(arrays).map(([name, bytes]) => [`${name}.npy`, bytes])));
const problemOf = (bytes: Uint8Array) =>
  withDataset((dataset) => failureOf(() => new GeneratedImages(fileOf(bytes), dataset)));

test.each([
  ['image', 'label'],
  ['images', 'labels'],
])('%s and %s: some of them, channels first, with indices behind those of the data set', (images, labels) => {
  withDataset((dataset) => {
    using generated = new GeneratedImages(fileOf(npz({ [images]: IMAGES, [labels]: LABELS })), dataset);
    expect(generated.count).toBe(3);
    const batch = generated.take([2, 0], 'cpu');
    expect([batch.images.shape, batch.images.dtype]).toEqual([[2, 3, 2, 4], 'float32']);
    expect(batch.labels.toNumbers()).toEqual([4, 1]);
    expect(batch.indices.toNumbers()).toEqual([4, 2]);
    const pixel = (example: number, channel: number, row: number, column: number) =>
      Math.fround(BYTES[((example * 2 + row) * 4 + column) * 3 + channel]! / 255);
    const expected = [2, 0].flatMap((example) =>
      [0, 1, 2].flatMap((channel) =>
        [0, 1].flatMap((row) => [0, 1, 2, 3].map((column) => pixel(example, channel, row, column))),
      ),
    );
    expect(batch.images.toNumbers()).toEqual(expected);
  });
});

describe('refused before anything is trained', () => {
  test.each<[string, Readonly<Record<string, Uint8Array>>, RegExp]>([
    ['no images', { label: LABELS }, /expected an array `image` or `images`, found label/],
    ['no labels', { image: IMAGES }, /expected an array `label` or `labels`, found image/],
    [
      'images of another size',
      { image: npyFile('|u1', '(3, 4, 2, 3)', BYTES), label: LABELS },
      /expected images as uint8 \[N, 2, 4, 3\], received \|u1 \[3, 4, 2, 3\]/,
    ],
    [
      'images as numbers',
      { image: npyFile('<f4', '(1, 2, 4, 3)', new Uint8Array(96)), label: LABELS },
      /expected images as uint8/,
    ],
    [
      'labels of other classes',
      { image: IMAGES, label: npyFile('|u1', '(3,)', Uint8Array.of(0, 5, 1)) },
      /expected labels from 0 to 4, received 5 for image 1/,
    ],
    [
      'labels below zero',
      { image: IMAGES, label: npyFile('<i4', '(3,)', new Uint8Array(Int32Array.of(0, -1, 1).buffer)) },
      /received -1 for image 1/,
    ],
    [
      'fewer labels than images',
      { image: IMAGES, label: npyFile('|u1', '(2,)', Uint8Array.of(0, 1)) },
      /expected labels as whole numbers \[3\], received \|u1 \[2\]/,
    ],
    [
      'Python objects, which are pickles',
      { image: IMAGES, label: npyFile('|O', '(3,)', Buffer.from('cos\nsystem\n')) },
      /its array `label`: its numbers are \|O/,
    ],
    [
      'an array that is cut off',
      { image: npyFile('|u1', '(3, 2, 4, 3)', BYTES.subarray(1)), label: LABELS },
      /its array `image`: its shape \[3, 2, 4, 3\] takes 72 bytes, and it has 71/,
    ],
  ])('%s', (_, arrays, message) => {
    const { code, message: said } = problemOf(npz(arrays));
    expect([code, said]).toEqual(['DATA', expect.stringMatching(message)]);
  });

  test('an archive that is cut off, is none, or is missing', () => {
    const whole = npz({ image: IMAGES, label: LABELS });
    expect(problemOf(whole.subarray(0, -30)).message).toMatch(/no end of one; is the file cut off\?/);
    expect(problemOf(IMAGES).message).toMatch(/expected a zip archive/);
    withDataset((dataset) => {
      expect(failureOf(() => new GeneratedImages('/nowhere/extra.npz', dataset)).message).toMatch(/no such file/);
    });
  });

  test('a compressed array, with what to do', () => {
    const packed = deflateRawSync(IMAGES);
    const archive = npz({ image: packed, label: LABELS });
    // As savez_compressed writes it: the method, and the length of what it holds.
    for (const [signature, method, size] of [
      ['PK\x03\x04', 8, 22],
      ['PK\x01\x02', 10, 24],
    ] as const) {
      const at = archive.indexOf(signature, 0, 'latin1');
      archive.writeUInt16LE(8, at + method);
      archive.writeUInt32LE(IMAGES.length, at + size);
    }
    expect(problemOf(archive).message).toMatch(/`image` is compressed, .* save it with numpy.savez in place/);
  });
});
