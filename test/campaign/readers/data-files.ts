/**
 * Files of data sets, and arrays of images.
 *
 * @module
 */
import { dirname, join } from 'node:path';
import { deflateSync, gunzipSync, gzipSync } from 'node:zlib';
import { CIFAR10 } from '../../../src/data/cifar-10.js';
import { openCorruptionFolder, readCorruption } from '../../../src/data/corruptions/index.js';
import { corruptionFile, labelsFile, SIDE } from '../../../src/data/corruptions/made-up-corruptions.test-helper.js';
import { loadCifar, type CifarFamily } from '../../../src/data/cifar.js';
import { disposeSplit, makeSplit } from '../../../src/data/dataset.js';
import { GeneratedImages } from '../../../src/data/generated-images.js';
import { readIdx } from '../../../src/data/idx.js';
import { batchOf, recordsOf, tarOf } from '../../../src/data/made-up-files.test-helper.js';
import { readMat } from '../../../src/data/mat.js';
import { readNumpyPickle } from '../../../src/data/numpy-pickle.js';
import { npyFile } from '../../../src/data/npy.test-helper.js';
import { unpack } from '../../../src/data/tar.js';
import { readGivenImages } from '../../../src/evaluation/given-images/index.js';
import { storedZip } from '../../support/stored-zip.js';
import { packed, write, type Reader } from './reader.js';

function idx(shape: readonly number[], data: Uint8Array): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.set([8, shape.length], 2);
  shape.forEach((size, i) => header.writeUInt32BE(size, 4 + 4 * i));
  return Buffer.concat([header, data]);
}

/** A data element of a MATLAB file. */
function element(type: number, bytes: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32LE(type, 0);
  head.writeUInt32LE(bytes.length, 4);
  return Buffer.concat([head, bytes, Buffer.alloc(type === 15 ? 0 : (8 - (bytes.length % 8)) % 8)]);
}

function mat(): Buffer[] {
  const numbers = (...values: number[]) => Buffer.from(Int32Array.from(values).buffer);
  const matrix = (name: string, shape: readonly number[], type: number, values: Uint8Array) =>
    element(
      14,
      Buffer.concat([
        element(6, numbers(9, 0)),
        element(5, numbers(...shape)),
        element(1, Buffer.from(name)),
        element(type, values),
      ]),
    );
  const header = Buffer.alloc(128, ' ');
  header.write('\0\x01IM', 124, 'latin1');
  const [x, y] = [
    matrix('X', [8, 8, 3, 2], 2, Buffer.alloc(384, 7)),
    matrix('y', [2, 1], 9, Buffer.from(Float64Array.of(1, 10).buffer)),
  ];
  return [
    Buffer.concat([header, x, y]),
    Buffer.concat([header, element(15, deflateSync(x)), element(15, deflateSync(y))]),
  ];
}

function mendTar(bytes: Buffer): Buffer {
  for (let at = 0; at + 512 <= bytes.length; at += 512) {
    const header = bytes.subarray(at, at + 512);
    if (header.toString('latin1', 257, 262) !== 'ustar') continue;
    header.fill(' ', 148, 156);
    header.write(
      `${header
        .reduce((sum, byte) => sum + byte, 0)
        .toString(8)
        .padStart(6, '0')}\0`,
      148,
      'latin1',
    );
  }
  return bytes;
}

/** CIFAR-10 with one file of two images in each part. */
const part = (name: string) => ({ images: 2, files: { [name]: '' } });
const family: CifarFamily = {
  ...CIFAR10,
  binary: { ...CIFAR10.binary, train: part('train.bin'), test: part('test.bin') },
  python: { ...CIFAR10.python, train: part('train'), test: part('test') },
};

function readCifar(bytes: Buffer, folder: string, train: string, test: string, sound: Buffer): void {
  write(folder, train, bytes);
  write(folder, test, sound);
  const dataset = loadCifar(family, folder);
  for (const split of [dataset.train, dataset.test]) disposeSplit(split);
}

const binary = recordsOf([[3], [9]]);
const pickle = batchOf('labels', [3, 9]);

export const DATA_FILES: Readonly<Record<string, Reader>> = {
  pickle: { seeds: () => [pickle], read: (bytes) => void readNumpyPickle(bytes, 'x') },
  idx: {
    seeds: () => [idx([2, 3, 4], Buffer.alloc(24, 5))],
    read: (bytes, folder) => void readIdx(dirname(write(folder, 'x', bytes)), 'x', 3),
  },
  'idx, gzipped': {
    seeds: () => [idx([2, 3, 4], Buffer.alloc(24, 5)), idx([64, 64, 256], Buffer.alloc(2 ** 17))],
    mend: packed(gzipSync),
    read: (bytes, folder) => void readIdx(dirname(write(folder, 'y.gz', bytes)), 'y', 3),
  },
  'cifar, binary': {
    seeds: () => [binary],
    read: (bytes, folder) => readCifar(bytes, folder, 'train.bin', 'test.bin', binary),
  },
  'cifar, pickles': {
    seeds: () => [pickle],
    read: (bytes, folder) => readCifar(bytes, folder, 'train', 'test', pickle),
  },
  tar: {
    seeds: () => [gunzipSync(tarOf({ 'd/a.bin': Buffer.alloc(700, 'x'), 'd/b.bin': Buffer.alloc(3) }))],
    mend: (bytes, random) => packed(gzipSync)(random() < 0.7 ? mendTar(bytes) : bytes, random),
    read: (bytes, folder) => unpack(write(folder, 'x.tar.gz', bytes), ['d/a.bin'], folder),
  },
  mat: { seeds: mat, read: (bytes, folder) => void readMat(write(folder, 'x.mat', bytes), ['X', 'y']) },
  corruptions: {
    seeds: () => [corruptionFile(2, (_, at) => at), labelsFile([1, 3])],
    read: (bytes, folder) => {
      // Either kind in either place.
      write(folder, 'c/labels.npy', labelsFile([1, 3]));
      write(folder, bytes.length > 500 ? 'c/fog.npy' : 'c/labels.npy', bytes);
      if (bytes.length <= 500)
        write(
          folder,
          'c/fog.npy',
          corruptionFile(2, () => 7),
        );
      const corruptions = openCorruptionFolder(join(folder, 'c'), [SIDE, SIDE]);
      disposeSplit(readCorruption(corruptions, 'fog', 5, 1));
    },
  },
  npy: {
    seeds: () =>
      [
        npyFile('<f4', '(2, 1, 2, 2)', Buffer.alloc(32)),
        npyFile('|u1', '(2, 1, 2, 2)', Buffer.alloc(8, 9), { version: 2 }),
      ].map((file) => Buffer.from(file)),
    read: (bytes, folder) => void readGivenImages(write(folder, 'x.npy', bytes), [1, 2, 2]),
  },
  npz: {
    seeds: () => [
      storedZip(
        new Map([
          ['image.npy', npyFile('|u1', '(2, 2, 2, 3)', Buffer.alloc(24, 7))],
          ['label.npy', npyFile('<i8', '(2,)', Buffer.alloc(16))],
        ]),
      ),
    ],
    read: (bytes, folder) => {
      const split = makeSplit('train', new Uint8Array(12), Uint8Array.of(0), [3, 2, 2], 2);
      try {
        const dataset = { name: 'made up', classes: ['a', 'b'], train: split, test: split };
        using generated = new GeneratedImages(write(folder, 'x.npz', bytes), dataset);
        const batch = generated.take([0, generated.count - 1], 'cpu');
        for (const made of Object.values(batch)) made.dispose();
      } finally {
        disposeSplit(split);
      }
    },
  },
};
