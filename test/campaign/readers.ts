/**
 * Every reader of files that may come from elsewhere: sound files to break, and how one is read.
 *
 * @module
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateSync, gunzipSync, gzipSync } from 'node:zlib';
import { CIFAR10 } from '../../src/data/cifar-10.js';
import { loadCifar, type CifarFamily } from '../../src/data/cifar.js';
import { crc32 } from '../../src/data/crc32.js';
import { disposeSplit } from '../../src/data/dataset.js';
import { readIdx } from '../../src/data/idx.js';
import { batchOf, recordsOf, tarOf } from '../../src/data/made-up-files.test-helper.js';
import { readMat } from '../../src/data/mat.js';
import { readNumpyPickle } from '../../src/data/numpy-pickle.js';
import { npyFile } from '../../src/data/npy.test-helper.js';
import { chunk, makePng } from '../../src/data/png/png.test-helper.js';
import { unpack } from '../../src/data/tar.js';
import { ops, readSafetensors, readTorchFile, tidy, writeSafetensors, type Tensor } from '../../src/engine/index.js';
import { readGivenImages } from '../../src/evaluation/given-images/index.js';
import { createModel } from '../../src/models/index.js';
import { MetricsFile } from '../../src/monitoring/metrics-file.js';
import { RunFolder } from '../../src/monitoring/run-folder.js';
import { makeRun, runFiles } from '../../src/report/made-up-run.test-helper.js';
import { measurements } from '../../src/report/table/measurements.js';
import { writeReport } from '../../src/report/write-report.js';
import { loadModel, readRecipe, saveModel } from '../../src/training/index.js';
import { readPlan } from '../../src/training/read-plan.js';
import type { Random } from '../support/random-values.js';

export interface Reader {
  /** Sound files. */
  readonly seeds: (folder: string) => readonly Buffer[];
  /** Puts checksums right again, half of the time: else nothing behind them would ever be read. */
  readonly mend?: (bytes: Buffer, random: Random) => Buffer;
  /** Reads these bytes, which it writes into the folder first, and frees what it made. */
  readonly read: (bytes: Buffer, folder: string) => void;
}

const root = fileURLToPath(new URL('../..', import.meta.url));

function write(folder: string, name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  return path;
}

const free = (tensors: ReadonlyMap<string, Tensor>) => tensors.forEach((tensor) => tensor.dispose());

function filesIn(folder: string, ending: string): Buffer[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => readFileSync(join(root, folder, name)));
}

/** A reader of what is packed: breaks what is inside, or the outside. */
const packed = (pack: (bytes: Buffer) => Buffer) => (bytes: Buffer, random: Random) => random() < 0.7 ? pack(bytes) : bytes; // prettier-ignore

const small = { architecture: 'small-cnn', options: { resolution: 8, width: 2, hidden: 4 } } as const;

function safetensors(folder: string): Buffer[] {
  const path = join(folder, 'sound');
  tidy(() => {
    writeSafetensors(path, new Map([['a', ops.ones([2, 3])], ['b.c', ops.arange(5)], ['empty', ops.zeros([0, 4])]]), { about: 'x' }); // prettier-ignore
  });
  return [readFileSync(path)];
}

function checkpoint(folder: string): Buffer[] {
  using model = createModel(small, 1);
  const path = join(folder, 'sound');
  saveModel(path, model, small);
  return [readFileSync(path)];
}

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
    element(14, Buffer.concat([element(6, numbers(9, 0)), element(5, numbers(...shape)), element(1, Buffer.from(name)), element(type, values)])); // prettier-ignore
  const header = Buffer.alloc(128, ' ');
  header.write('\0\x01IM', 124, 'latin1');
  const [x, y] = [matrix('X', [8, 8, 3, 2], 2, Buffer.alloc(384, 7)), matrix('y', [2, 1], 9, Buffer.from(Float64Array.of(1, 10).buffer))]; // prettier-ignore
  return [Buffer.concat([header, x, y]), Buffer.concat([header, element(15, deflateSync(x)), element(15, deflateSync(y))])]; // prettier-ignore
}

function pngs(): Buffer[] {
  const samples = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 37) % 256);
  const filter = (row: number) => row % 5;
  const palette = chunk('PLTE', samples(30));
  return [
    makePng({ width: 7, height: 6, colours: 2, samples: samples(126), filter }),
    makePng({ width: 7, height: 6, colours: 0, samples: samples(42), filter, interlaced: true }),
    makePng({ width: 7, height: 6, colours: 3, depth: 4, samples: samples(42).map((value) => value % 10), between: [palette] }), // prettier-ignore
    makePng({ width: 2, height: 2, colours: 4, samples: Uint8Array.of(1, 255, 2, 255, 3, 255, 4, 255) }),
  ];
}

/** The right checksum for every chunk that still is one. */
function mendPng(bytes: Buffer): Buffer {
  for (let at = 8; at + 12 <= bytes.length;) {
    const end = at + 8 + bytes.readUInt32BE(at);
    if (end + 4 > bytes.length) break;
    bytes.writeUInt32BE(crc32(bytes.subarray(at + 4, end)), end);
    at = end + 4;
  }
  return bytes;
}

function mendTar(bytes: Buffer): Buffer {
  for (let at = 0; at + 512 <= bytes.length; at += 512) {
    const header = bytes.subarray(at, at + 512);
    if (header.toString('latin1', 257, 262) !== 'ustar') continue;
    header.fill(' ', 148, 156);
    header.write(`${header.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, '0')}\0`, 148, 'latin1'); // prettier-ignore
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

/** Reads one file of a run folder whose other files are sound. */
const runFile = (name: string): Reader => ({
  seeds: () => [Buffer.from(textOf(runFiles('adversarial')[name]))],
  read: (bytes) => {
    const run = makeRun({ ...runFiles('adversarial'), [name]: bytes.toString('latin1') });
    writeReport({ title: 'a run', runs: [{ name: 'run', folder: run }], output: run.report });
    measurements(run, undefined);
    new MetricsFile(run.metrics).read();
  },
});
const textOf = (content: unknown): string => (typeof content === 'string' ? content : JSON.stringify(content));

const plan = { attackNetwork: 'plain', attackSplit: 2, memoryFormat: 'winograd', attackPassesPerSecond: { plain: 3 }, splitPassesPerSecond: {}, trainingPassesPerSecond: {} }; // prettier-ignore

export const READERS: Readonly<Record<string, Reader>> = {
  safetensors: { seeds: safetensors, read: (bytes, folder) => free(readSafetensors(write(folder, 'x', bytes)).tensors) },
  checkpoint: { seeds: checkpoint, read: (bytes, folder) => loadModel(write(folder, 'x', bytes)).model.dispose() },
  'torch file': { seeds: () => filesIn('test/golden/torch', '.pt'), read: (bytes, folder) => free(readTorchFile(write(folder, 'x.pt', bytes))) },
  pickle: { seeds: () => [pickle], read: (bytes) => void readNumpyPickle(bytes, 'x') },
  png: {
    seeds: pngs,
    mend: (bytes, random) => (random() < 0.8 ? mendPng(bytes) : bytes),
    read: (bytes, folder) => {
      for (const name of ['0.png', '1.png']) write(folder, `pictures/${name}`, bytes);
      void readGivenImages(join(folder, 'pictures'), [3, 6, 7]);
    },
  },
  idx: { seeds: () => [idx([2, 3, 4], Buffer.alloc(24, 5))], read: (bytes, folder) => void readIdx(dirname(write(folder, 'x', bytes)), 'x', 3) },
  'idx, gzipped': {
    seeds: () => [idx([2, 3, 4], Buffer.alloc(24, 5)), idx([64, 64, 256], Buffer.alloc(2 ** 17))],
    mend: packed(gzipSync),
    read: (bytes, folder) => void readIdx(dirname(write(folder, 'y.gz', bytes)), 'y', 3),
  },
  'cifar, binary': { seeds: () => [binary], read: (bytes, folder) => readCifar(bytes, folder, 'train.bin', 'test.bin', binary) },
  'cifar, pickles': { seeds: () => [pickle], read: (bytes, folder) => readCifar(bytes, folder, 'train', 'test', pickle) },
  tar: {
    seeds: () => [gunzipSync(tarOf({ 'd/a.bin': Buffer.alloc(700, 'x'), 'd/b.bin': Buffer.alloc(3) }))],
    mend: (bytes, random) => packed(gzipSync)(random() < 0.7 ? mendTar(bytes) : bytes, random),
    read: (bytes, folder) => unpack(write(folder, 'x.tar.gz', bytes), ['d/a.bin'], folder),
  },
  mat: { seeds: mat, read: (bytes, folder) => void readMat(write(folder, 'x.mat', bytes), ['X', 'y']) },
  npy: {
    seeds: () => [npyFile('<f4', '(2, 1, 2, 2)', Buffer.alloc(32)), npyFile('|u1', '(2, 1, 2, 2)', Buffer.alloc(8, 9), { version: 2 })].map((file) => Buffer.from(file)),
    read: (bytes, folder) => void readGivenImages(write(folder, 'x.npy', bytes), [1, 2, 2]),
  },
  recipe: { seeds: () => filesIn('recipes', '.yaml'), read: (bytes, folder) => void readRecipe(write(folder, 'x.yaml', bytes)) },
  plan: { seeds: () => [Buffer.from(JSON.stringify(plan))], read: (bytes, folder) => void readPlan(new RunFolder(dirname(write(folder, 'plan.json', bytes))).plan) },
  environment: runFile('environment.json'),
  metrics: runFile('metrics.jsonl'),
  'recipe of a run': runFile('recipe.yaml'),
  evaluation: runFile('evaluation/test.json'),
  gallery: runFile('evaluation/gallery.json'),
}; // prettier-ignore
