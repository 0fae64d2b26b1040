/**
 * Your own images: a folder with `train` and `test`, in each a folder per class, in each PNG files of one size.
 *
 *     flowers/train/rose/0001.png
 *     flowers/test/rose/9001.png
 *
 * Classes are numbered in alphabetical order. The images come in a fixed order in which every part of a split, its first or its
 * last N, has each class in its share: held-out images, subsets of the test set and thresholds are taken from such parts.
 *
 * @module
 */
import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { SaddlepointError } from '../engine/index.js';
import { makeDataset, makeSplit, type Dataset, type Split } from './dataset.js';
import type { Picture } from './png/index.js';
import { readPicture } from './png/read-picture.js';
import type { Source } from './source.js';
import { stratifiedOrder } from './stratified-order.js';

type Shape = Picture['shape'];

interface Example {
  readonly path: string;
  readonly label: number;
}

/** @throws SaddlepointError DATA naming the folder or file that is not as it should be */
export function loadImageFolder(folder?: string): Dataset {
  if (folder === undefined) {
    throw new SaddlepointError(
      'DATA',
      'expected the folder of the images with --data, received none; it holds train/<class>/*.png and test/<class>/*.png',
    );
  }
  const skipped: string[] = [];
  const classes = classesOf(join(folder, 'train'), skipped);
  const others = classesOf(join(folder, 'test'), skipped);
  if (classes.join('/') !== others.join('/')) {
    const odd = [...classes, ...others].find((name) => !classes.includes(name) || !others.includes(name));
    throw new SaddlepointError(
      'DATA',
      `expected the same classes in train and test of ${folder}, received ${odd ?? ''} in only one`,
    );
  }
  const examples = (part: string) =>
    classes.flatMap((name, label) => examplesOf(join(folder, part, name), label, skipped));
  const [train, test] = [examples('train'), examples('test')];
  const { path } = train[0]!;
  const expected = { path, shape: readPicture(path).shape };
  const parts = { train: mixed(train), test: mixed(test) };
  const dataset = makeDataset(basename(folder), classes, (part) =>
    readSplit(part, parts[part], expected, classes.length),
  );
  return skipped.length === 0 ? dataset : { ...dataset, notes: [describeSkipped(skipped)] };
}

/** Of what was left out, so many are named. */
const MOST_NAMED = 5;

function describeSkipped(skipped: readonly string[]): string {
  const named = skipped.slice(0, MOST_NAMED).join(', ');
  const more = skipped.length > MOST_NAMED ? ` and ${skipped.length - MOST_NAMED} more` : '';
  return `${skipped.length} entries that are no images of a class were left out: ${named}${more}`;
}

function mixed(examples: readonly Example[]): Example[] {
  return stratifiedOrder(examples.map(({ label }) => label)).map((position) => examples[position]!);
}

function readFolder(folder: string): ReturnType<typeof readEntries> {
  try {
    return readEntries(folder);
  } catch (cause) {
    throw new SaddlepointError(
      'DATA',
      `expected a folder ${folder} with a folder of PNG files per class, it cannot be read: ${(cause as Error).message}`,
      { cause },
    );
  }
}

/** Files, folders and what symbolic links lead to. */
function readEntries(folder: string) {
  return readdirSync(folder).map((name) => ({ name, isFolder: statSync(join(folder, name)).isDirectory() }));
}

const isHidden = (name: string) => name.startsWith('.');

function classesOf(folder: string, skipped: string[]): string[] {
  const entries = readFolder(folder);
  const isClass = ({ name, isFolder }: (typeof entries)[number]) => isFolder && !isHidden(name);
  skipped.push(...entries.filter((entry) => !isClass(entry)).map(({ name }) => join(folder, name)));
  const names = entries.filter(isClass).map(({ name }) => name);
  if (names.length < 2 || names.length > 256) {
    throw new SaddlepointError(
      'DATA',
      `expected 2 to 256 classes, a folder each, in ${folder}, received ${names.length}`,
    );
  }
  return names.sort();
}

function examplesOf(folder: string, label: number, skipped: string[]): Example[] {
  const names = readFolder(folder).map(({ name }) => name);
  skipped.push(...names.filter(isHidden).map((name) => join(folder, name)));
  const files = names.filter((name) => !isHidden(name));
  const other = files.find((name) => !name.toLowerCase().endsWith('.png'));
  if (other !== undefined || files.length === 0) {
    throw new SaddlepointError('DATA', `expected PNG files in ${folder}, received ${other ?? 'none'}`);
  }
  return files.sort().map((name) => ({ path: join(folder, name), label }));
}

function readSplit(
  name: string,
  examples: readonly Example[],
  expected: { path: string; shape: Shape },
  classes: number,
): Split {
  const size = expected.shape.reduce((product, length) => product * length, 1);
  const bytes = allocate(examples.length * size, name);
  for (const [i, { path }] of examples.entries()) {
    const { planes, shape } = readPicture(path);
    if (shape.join() !== expected.shape.join()) {
      throw new SaddlepointError(
        'DATA',
        `expected images of one size, received ${describe(shape)} in ${path} after ${describe(expected.shape)} in ${expected.path}`,
      );
    }
    bytes.set(planes, i * size);
  }
  return makeSplit(
    name,
    bytes,
    Uint8Array.from(examples, ({ label }) => label),
    expected.shape,
    classes,
  );
}

/** A file may be far smaller than its image. */
function allocate(bytes: number, part: string): Uint8Array {
  try {
    return new Uint8Array(bytes);
  } catch (cause) {
    throw new SaddlepointError(
      'DATA',
      `the images of ${part} take ${bytes} bytes, which this machine has no room for; make them smaller, or fewer`,
      { cause },
    );
  }
}

function describe([channels, height, width]: Shape): string {
  return `${width} × ${height} ${channels === 1 ? 'grey' : 'colour'}`;
}

export const imageFolder: Source = {
  about: 'your own PNG images: train/<class>/*.png and test/<class>/*.png (give the folder with --data)',
  find: () => undefined,
  load: loadImageFolder,
  fetch: () => Promise.reject(new SaddlepointError('DATA', 'an image folder is your own: give it with --data')),
  verify: () => Promise.resolve([]),
};
