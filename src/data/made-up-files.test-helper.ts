/**
 * Small files for the tests of data sets: tar archives, CIFAR's records and pickles.
 *
 * @module
 */
import { gzipSync } from 'node:zlib';
import { expect } from 'vitest';
import { failureOf } from '../../test/support/failure.js';
import { memory } from '../engine/index.js';

/** The message of the DATA error that a call throws, leaving no tensor behind. */
export function refusalOf(call: () => unknown): string {
  const before = memory().live;
  const failure = failureOf(call);
  expect(failure.code).toBe('DATA');
  expect(memory().live).toBe(before);
  return failure.message;
}

/** A tar archive, gzipped. @param type `0` for a regular file, `2` for a symbolic link */
export function tarOf(files: Readonly<Record<string, Uint8Array>>, type = '0'): Buffer {
  const blocks = Object.entries(files).flatMap(([name, bytes]) => {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write(bytes.length.toString(8).padStart(11, '0'), 124);
    header.write(' '.repeat(8), 148);
    header.write(type, 156);
    header.write('ustar', 257);
    header.write(`${sum(header).toString(8).padStart(6, '0')}\0`, 148);
    return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

const sum = (bytes: Uint8Array) => bytes.reduce((total, byte) => total + byte, 0);

/** The pixels of image number `seed`. */
export function pixelsOf(seed: number): Uint8Array {
  return Uint8Array.from({ length: 3072 }, (_, i) => (i * 7 + seed * 31) % 256);
}

/** CIFAR's binary records; the labels of one image in a row. */
export function recordsOf(labels: readonly (readonly number[])[], first = 0): Buffer {
  return Buffer.concat(labels.flatMap((bytes, i) => [Uint8Array.from(bytes), pixelsOf(first + i)]));
}

const short = (text: string) => Buffer.concat([Buffer.from([0x55, text.length]), Buffer.from(text)]);

/** A pickle as Python 2 wrote CIFAR's: a dictionary of `data` and labels under a key. */
export function batchOf(key: string, labels: readonly number[], first = 0): Buffer {
  const data = Buffer.concat(labels.map((_, i) => pixelsOf(first + i)));
  const size = Buffer.alloc(5, 'T');
  size.writeUInt32LE(data.length, 1);
  const rows = Buffer.from([0x4b, labels.length, 0x4d, 0x00, 0x0c, 0x86]); // (rows, 3072)
  return Buffer.concat([
    Buffer.from('\x80\x02}q\x01(', 'latin1'),
    short('batch_label'),
    short('one'),
    short(key),
    Buffer.from(']('),
    ...labels.map((label) => Buffer.from([0x4b, label])),
    Buffer.from('e'),
    short('data'),
    Buffer.from('cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\0\x85U\x01b\x87R(K\x01', 'latin1'),
    rows,
    Buffer.from(
      'cnumpy\ndtype\nU\x02u1K\0K\x01\x87R(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\0tb\x89',
      'latin1',
    ),
    size,
    data,
    Buffer.from('tbu.'),
  ]);
}
