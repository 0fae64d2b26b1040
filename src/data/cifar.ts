/**
 * What CIFAR-10 and CIFAR-100 (Krizhevsky, 2009) share: two layouts of the same images, found, read and fetched.
 *
 * Binary: records of one or two label bytes and 3,072 pixel bytes, red, green and blue plane. Python: pickles of a
 * dictionary with the same planes as `data`, one row an image, and a list of labels.
 *
 * @module
 */
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { SaddlepointError } from '../engine/index.js';
import { readWhole } from '../engine/read-file.js';
import { makeDataset, makeSplit, type Dataset, type Split } from './dataset.js';
import { dataCache, download, progressLines, sha256Of } from './download.js';
import { ByteArray, readNumpyPickle } from './numpy-pickle.js';
import { checkFiles, type FileCheck } from './official-files.js';
import { unpack } from './tar.js';
import { isWhole } from './whole.js';

const IMAGE = [3, 32, 32] as const;
const PIXELS = 3 * 32 * 32;
/** The largest official one has 155 MB. */
const MAXIMUM_FILE = 2 ** 28;

/** The files of one part, each with its SHA-256, or MD5 where that is not known, and how many images each holds. */
interface Part {
  readonly files: Readonly<Record<string, string>>;
  readonly images: number;
}

export interface CifarLayout {
  /** The folder in the archive. */
  readonly folder: string;
  readonly train: Part;
  readonly test: Part;
  /** Binary: label bytes before the pixels, the last of which counts. Python: the key of the labels. */
  readonly labels: number | string;
}

export interface CifarFamily {
  readonly name: string;
  readonly title: string;
  readonly classes: readonly string[];
  readonly binary: CifarLayout;
  readonly python: CifarLayout;
  readonly archive: { readonly url: string; readonly sha256: string };
}

interface Found {
  readonly folder: string;
  readonly layout: CifarLayout;
}

/** Finds a layout in a folder: directly, or in the folder that the archive makes. */
export function findCifar(family: CifarFamily, folders: readonly string[]): Found | undefined {
  const places = folders.flatMap((folder) => [folder, join(folder, family.name)]);
  return [family.binary, family.python]
    .flatMap((layout) =>
      places.flatMap((place) => [place, join(place, layout.folder)]).map((folder) => ({ folder, layout })),
    )
    .find(({ folder, layout }) => isFile(join(folder, Object.keys(layout.test.files)[0]!)));
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/** @throws SaddlepointError DATA when the files are nowhere, truncated, or not what they should be */
export function loadCifar(family: CifarFamily, folder = dataCache()): Dataset {
  const { layout, folder: place } = requireFound(family, folder);
  const { name, classes } = family;
  return makeDataset(name, classes, (part) => readPart(part, place, layout[part], layout, classes.length));
}

export function verifyCifar(family: CifarFamily, folder: string): Promise<FileCheck[]> {
  const { layout, folder: place } = requireFound(family, folder);
  const files = Object.entries({ ...layout.train.files, ...layout.test.files });
  return checkFiles(
    place,
    files.map(([name, digest]) => ({ name, algorithm: digest.length === 64 ? 'SHA-256' : 'MD5', digest })),
  );
}

/** Downloads and unpacks the binary archive, unless the data set is here, and whole. */
export async function fetchCifar(family: CifarFamily, say: (line: string) => void): Promise<string> {
  const found = findCifar(family, [dataCache()]);
  if (isWhole(found?.folder, (folder) => loadCifar(family, folder), say)) return found.folder;
  const { binary, archive } = family;
  const root = join(dataCache(), family.name);
  const path = join(root, archive.url.split('/').at(-1)!);
  say(`${family.title}: downloading the authors' archive from ${archive.url}`);
  const onProgress = progressLines(family.title, say);
  await download(archive.url, path, archive.sha256, sha256Of, { onProgress });
  const names = Object.keys({ ...binary.train.files, ...binary.test.files });
  // In place of the broken files, which would be found first.
  const folder = found?.layout === binary ? found.folder : join(root, binary.folder);
  unpack(
    path,
    names.map((name) => `${binary.folder}/${name}`),
    folder,
  );
  rmSync(path);
  return folder;
}

function requireFound(family: CifarFamily, folder: string): Found {
  const found = findCifar(family, [folder]);
  if (found !== undefined) return found;
  const files = [family.binary, family.python].map(({ test }) => Object.keys(test.files)[0]);
  throw new SaddlepointError(
    'DATA',
    `${family.title} was not found in ${folder}: expected ${files.join(' or ')} there, or in ${family.binary.folder} or ` +
      `${family.python.folder}. Run \`npx saddlepoint data fetch ${family.name}\`, or give its folder with --data`,
  );
}

function readPart(name: string, folder: string, { files, images }: Part, layout: CifarLayout, classes: number): Split {
  const paths = Object.keys(files).map((file) => join(folder, file));
  const pixels = new Uint8Array(paths.length * images * PIXELS);
  const labels = new Uint8Array(paths.length * images);
  for (const [i, path] of paths.entries()) {
    const batch = (typeof layout.labels === 'number' ? readRecords : readBatch)(path, images, layout.labels as never);
    const wrong = batch.labels.findIndex((label) => label >= classes);
    if (wrong >= 0) {
      throw new SaddlepointError(
        'DATA',
        `expected labels below ${classes} in ${path}, received ${batch.labels[wrong] ?? ''} for example ${wrong}`,
      );
    }
    pixels.set(batch.pixels, i * images * PIXELS);
    labels.set(batch.labels, i * images);
  }
  return makeSplit(name, pixels, labels, IMAGE, classes);
}

interface Images {
  readonly pixels: Uint8Array;
  readonly labels: Uint8Array;
}

function readRecords(path: string, images: number, labelBytes: number): Images {
  const data = readFile(path);
  const record = labelBytes + PIXELS;
  if (data.length !== images * record) {
    throw new SaddlepointError(
      'DATA',
      `expected ${images * record} bytes in ${path} (${images} records of ${record}), received ${data.length}; is it truncated? Fetch it again`,
    );
  }
  const pixels = new Uint8Array(images * PIXELS);
  for (let i = 0; i < images; i += 1) pixels.set(data.subarray(i * record + labelBytes, (i + 1) * record), i * PIXELS);
  return { pixels, labels: Uint8Array.from({ length: images }, (_, i) => data[i * record + labelBytes - 1]!) };
}

function readBatch(path: string, images: number, key: string): Images {
  const content = readNumpyPickle(readFile(path), path);
  const entries = content instanceof Map ? (content as Map<unknown, unknown>) : new Map<unknown, unknown>();
  const [data, labels] = [entries.get('data'), entries.get(key)];
  const whole = (label: unknown) => Number.isInteger(label) && (label as number) >= 0 && (label as number) <= 255;
  if (
    !(data instanceof ByteArray) ||
    data.shape.join() !== `${images},${PIXELS}` ||
    !Array.isArray(labels) ||
    labels.length !== images ||
    !labels.every(whole)
  ) {
    throw new SaddlepointError(
      'DATA',
      `expected ${images} images of ${PIXELS} bytes as \`data\` and as many labels as \`${key}\` in ${path}, received something else`,
    );
  }
  return { pixels: data.bytes, labels: Uint8Array.from(labels as number[]) };
}

function readFile(path: string): Buffer {
  try {
    return readWhole(path, MAXIMUM_FILE);
  } catch (cause) {
    throw new SaddlepointError('DATA', `${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
}
