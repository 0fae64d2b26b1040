/**
 * SVHN: MATLAB files as SciPy writes them, labels turned into digits, and files that are wrong.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { deflateSync } from 'node:zlib';
import { folderWith } from '../../test/support/folders.js';
import { disposeSplit } from './dataset.js';
import { refusalOf } from './made-up-files.test-helper.js';
import { loadSvhn } from './svhn.js';

// scipy.io.savemat(file, {'X': X, 'y': np.array([[10], [3]], np.uint8)}, do_compression=True), SciPy 1.17, with
// X[h, w, c, n] = (7 h + 3 w + 50 c + 11 n) % 256 of shape [32, 32, 3, 2].
const COMPRESSED = Buffer.from(
  'TUFUTEFCIDUuMCBNQVQtZmlsZSBQbGF0Zm9ybTogcG9zaXgsIENyZWF0ZWQgb246IFN1biBOb3YgMjIgMTg6Mjk6NDUgMjAyNgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABSU0PAAAAoQMAAHic7ddnNNVxHMfxv71XZKWIFBERkZEVERERERGREcoqWiJSRERES2nvvffeew+liIiIFKXvOfWgB53P71HP7r3nd+59ch98zn2d//m9pTmOM1fmOGH6FKUjxv1+CdGRpaPx5wjQ4afDR2+/P985+h0nIt1bTWuwkbmN01jvgCmR8SnzFuUWrVq/Zfehkxeu33sqIC6nrD5wiImlvcs436CpMQmp6YvzS1Zv3L7v6JnLtx6+EJZS6KOpO9RspKPbeP+QaXHJczOXFpat27zr4Inz1+4+eS0mq9RPW3+YhZ2zx4TAsOiZsxdkLyuu2LBt75HTl24+eP5WUl61v47hcOtRrl4TgyNik+ZkLFleunbTzgPHz1298/jVexnFvgP0jEfYjnb3mRQaNWPW/Ky8FeWVW/ccPnXxxv1nbz70UtEYZGBq5TDG029y+PTEtIU5BSvXVO3Yf+zslduPXr77CMdV132C42oaPsNxtU1f4Lj6lq9wXGPbdziuueMHHNf6jYPj2rsF4LjOHmE4rotfDI77KSQJx/GJysBxghK94DiyCceRTTiObMJxZBOOI5twHNmE48gmHEc24TiyCceRTTiObMJxZBPrE5TA+kSksT5xOaxPSgHrk1XC+uRVsT7FvlifigbWp6aF9akPxPo0dbE+bX2sT8cQ69MzxvoMTLE+I3Osz8QS6zMbifVZ2GF91qPgOLIJx5FNOI5swnFkE44jm3Ac2YTjyCYcRzbhOLIJx5FNOI5swnFkk/F4sMb6RthifVYOWJ+NE9Zn74L1Obphfc4eWJ+rF9bn7oP1efphfd4BWJ9vENbnH4L1BYZhfcERWF9oFNYXPh3ri4zH+mISsL64ZDiObMJxZBOOI5twHNmE48gmHEc24TiyCceRTTiObMJxZBOOI5twHNn854/++s9xHVTX4TqoacB1UNuE66C+BddBYxuug+YOXAet33AdtHfjOujswXXQxY/r4KcQrgM+Ud79jHc/+5/3M0a+KTLyTYWRb2qMfFNn5JsmI9+0Gfmmw8g3PUa+GTDyzYiRbyaMfDNj5JsF737Gu5/9z/sZ4/HgzMg3V0a+uTPyzZORb96MfPNl5Js/I98CGfkWzMi3UEa+hTPyLZKRbzGMfIvD+qJnYn2xSVjfjFlYX2Ia1pcyD+tLTcd1MDcT18GCbFwHGUtwHWTl4TrIKcB1kFuE6yC/BNdBYRmug+IKXAela3EdlFfiOlhT9Qu3pmD4DwAAACkAAAB4nONjYGAwAGI2IOYAYk4GCGCF8pmAmBGMGRkqwXwmBi5mBgYAGMsA8g==',
  'base64',
);

/** A data element, padded to eight bytes. */
function element(type: number, bytes: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32LE(type, 0);
  head.writeUInt32LE(bytes.length, 4);
  return Buffer.concat([head, bytes, Buffer.alloc((8 - (bytes.length % 8)) % 8)]);
}
const int32 = (...values: number[]) => Buffer.from(Int32Array.from(values).buffer);

function matrix(name: string, shape: readonly number[], type: number, values: Uint8Array): Buffer {
  const flags = element(6, int32(9, 0));
  return element(
    14,
    Buffer.concat([flags, element(5, int32(...shape)), element(1, Buffer.from(name)), element(type, values)]),
  );
}

const header = Buffer.alloc(128, ' ');
header.write('\0\x01IM', 124, 'latin1');
/** A plain file: images that are all zero, labels as doubles. */
function file(labels: readonly number[], images = labels.length): Buffer {
  const doubles = Buffer.from(Float64Array.from(labels).buffer);
  return Buffer.concat([
    header,
    matrix('X', [32, 32, 3, images], 2, new Uint8Array(3072 * images)),
    matrix('y', [labels.length, 1], 9, doubles),
  ]);
}

const load = (train: Uint8Array, test: Uint8Array = COMPRESSED) =>
  loadSvhn(folderWith({ 'train_32x32.mat': train, 'test_32x32.mat': test }));

describe('what is read', () => {
  test('images row by row, label 10 as the digit 0', () => {
    const { train, test } = load(file([1, 10, 9]));
    expect(train.labels.toNumbers()).toEqual([1, 0, 9]);
    expect(test.labels.toNumbers()).toEqual([0, 3]);
    expect(test.images.shape).toEqual([2, 3, 32, 32]);
    const values = test.images.toNumbers();
    for (let i = 0; i < values.length; i += 1) {
      const [n, c, h, w] = [Math.floor(i / 3072), Math.floor(i / 1024) % 3, Math.floor(i / 32) % 32, i % 32];
      expect(values[i]).toBe((7 * h + 3 * w + 50 * c + 11 * n) % 256);
    }
    disposeSplit(train);
    disposeSplit(test);
  });
});

describe('compressed arrays', () => {
  const packed = (content: Uint8Array) => {
    const bytes = deflateSync(content);
    const head = Buffer.alloc(8);
    head.writeUInt32LE(15, 0);
    head.writeUInt32LE(bytes.length, 4);
    return Buffer.concat([head, bytes]);
  };
  const plain = file([1, 2]).subarray(128);
  const refusal = (content: Buffer) => refusalOf(() => load(Buffer.concat([header, content])));

  test('that claim more than their bytes can hold, or than a data set has', () => {
    const claims = (length: number) => {
      const start = Buffer.from(matrix('X', [32, 32, 3, 2], 2, new Uint8Array(6144)));
      start.writeUInt32LE(length, 4);
      return packed(start);
    };
    expect(refusal(claims(2 ** 28 - 8))).toMatch(/it claims 268435456 bytes, which \d+ packed ones cannot hold/);
    expect(refusal(claims(2 ** 31))).toMatch(/it claims 2147483656 bytes, expected at most 268435456/);
  });

  test('of other names are not unfolded', () => {
    const other = packed(matrix('metadata', [2 ** 25, 1], 2, new Uint8Array(2 ** 25)));
    const before = process.memoryUsage().arrayBuffers;
    const { train, test } = load(Buffer.concat([header, ...Array.from({ length: 20 }, () => other), plain]));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 25);
    disposeSplit(train);
    disposeSplit(test);
  });

  test('that together unfold to more than a data set has', () => {
    const half = packed(matrix('X', [2 ** 27 + 8, 1], 2, new Uint8Array(2 ** 27 + 8)));
    expect(refusal(Buffer.concat([half, half]))).toMatch(/its arrays claim more than 268435456 bytes/);
  });
});

describe('what is refused', () => {
  const of = (train: Uint8Array) => refusalOf(() => load(train));
  test.each([
    ['a label of 0', file([1, 0]), /labels from 1 to 10 in .*train_32x32\.mat, received 0 for example 1/],
    ['a label of 11', file([11]), /received 11 for example 0/],
    ['a label that is no whole number', file([1.5]), /expected an array of bytes `y` in .*, received X/],
    ['fewer images than labels', file([1, 2, 3], 2), /expected images \[32, 32, 3, 3\] .* received \[32, 32, 3, 2\]/],
    ['no arrays', header, /expected an array of bytes `X` in .*, received none/],
    ['a later version of the format', Buffer.from('MATLAB 7.3'.padEnd(600)), /it is no MATLAB 5 file/],
    ['an empty file', Buffer.alloc(0), /it is no MATLAB 5 file/],
    [
      'damaged compression',
      Buffer.concat([header, element(15, deflateSync(Buffer.alloc(50)).subarray(0, 9))]),
      /cannot be read/,
    ],
  ])('%s', (_, bytes, message) => {
    expect(of(bytes)).toMatch(message);
  });

  test('a file cut off anywhere', () => {
    for (let length = 0; length < COMPRESSED.length; length += 13) {
      expect(of(COMPRESSED.subarray(0, length))).toMatch(/train_32x32\.mat/);
    }
  });

  test('a missing file, by name', () => {
    expect(refusalOf(() => loadSvhn(folderWith({})))).toMatch(/train_32x32\.mat cannot be read/);
  });
});
