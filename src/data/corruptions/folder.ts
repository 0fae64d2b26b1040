/**
 * A folder in the layout of CIFAR-10-C and CIFAR-100-C: for each corruption `<name>.npy`, uint8 [5 · N, H, W, 3], the
 * same N test images in five severities one after the other, the mildest first; and `labels.npy`, [5 · N], of all of
 * them. Published, N is 10,000. Nothing is read whole: a file of 150 MB is read one severity at a time.
 *
 * @module
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { requireInteger, SaddlepointError, tensor, tidy } from '../../engine/index.js';
import type { Split } from '../dataset.js';
import { openNpy, readNpy, type OpenNpy } from '../npy.js';
import { EXTRA_CORRUPTIONS, SEVERITIES, STANDARD_CORRUPTIONS } from './names.js';

const LABELS = 'labels.npy';
/** How labels lie in the published files, and what numpy makes of lists. */
const LABEL_TYPES = ['|u1', '<i4', '<i8'];

/** No test set has more images. */
const MOST_LABELS = 1e7;

export interface CorruptionFolder {
  readonly path: string;
  /** Images of each severity. */
  readonly images: number;
  /** Of the images of one severity. */
  readonly labels: readonly number[];
  /** Corruptions that are there, the standard ones first, in the paper's order. */
  readonly names: readonly string[];
  /** Standard ones that are not. */
  readonly missing: readonly string[];
  /** Other files of arrays, which are left alone. */
  readonly unknown: readonly string[];
}

/**
 * Looks at a folder and at the header of every file in it.
 *
 * @param image height and width of the images that the network takes
 * @throws SaddlepointError DATA for a folder that is none, without labels or corruptions, or with a file of another
 *   length, type or order
 */
export function openCorruptionFolder(path: string, image: readonly [number, number]): CorruptionFolder {
  const files = filesIn(path);
  const there = (names: readonly string[]) => names.filter((name) => files.includes(`${name}.npy`));
  const names = [...there(STANDARD_CORRUPTIONS), ...there(EXTRA_CORRUPTIONS)];
  if (names.length === 0) {
    throw new SaddlepointError(
      'DATA',
      `expected files of CIFAR-10-C or CIFAR-100-C in ${path} (${STANDARD_CORRUPTIONS[0]!}.npy and others), ` +
        'found none of them. Give the folder that their archive makes',
    );
  }
  if (!files.includes(LABELS)) {
    throw new SaddlepointError('DATA', `expected ${LABELS} beside the corruptions in ${path}, found none`);
  }
  const labels = readLabels(join(path, LABELS));
  const shape = [labels.length * SEVERITIES, ...image, 3];
  for (const name of names) openImages(join(path, `${name}.npy`), shape).close();
  return {
    path,
    images: labels.length,
    labels,
    names,
    missing: STANDARD_CORRUPTIONS.filter((name) => !names.includes(name)),
    unknown: files.filter((file) => file !== LABELS && !names.includes(file.replace(/\.npy$/, ''))),
  };
}

/**
 * The first images of a corruption at one severity.
 *
 * @param severity 1, the mildest, to 5
 * @returns uint8 [examples, 3, H, W] with labels, the caller's to dispose
 * @throws SaddlepointError DATA where the file is no longer what it was; ARGUMENT for a severity or number there is not
 */
export function readCorruption(folder: CorruptionFolder, name: string, severity: number, examples: number): Split {
  requireInteger('severity', severity, 1, SEVERITIES);
  requireInteger('examples', examples, 1, folder.images);
  const path = join(folder.path, `${name}.npy`);
  const first = (severity - 1) * folder.images;
  const { shape, bytes } = asDataError(path, () => {
    const file = openNpy(path);
    try {
      return { shape: file.shape, bytes: file.read(first, examples) };
    } finally {
      file.close();
    }
  });
  return tidy(() => ({
    name: `${name}, severity ${severity}`,
    // Stored pixel by pixel, taken plane by plane.
    images: tensor(bytes as Uint8Array, { shape: [examples, ...shape.slice(1)] })
      .permute([0, 3, 1, 2])
      .contiguous(),
    labels: tensor(BigInt64Array.from(folder.labels.slice(0, examples), BigInt)),
    offset: 0,
  }));
}

function filesIn(path: string): string[] {
  try {
    return readdirSync(path)
      .filter((name) => name.endsWith('.npy'))
      .sort();
  } catch (cause) {
    throw new SaddlepointError('DATA', `expected a folder of corruptions at ${path}: ${(cause as Error).message}`, {
      cause,
    });
  }
}

/** Of one severity, which those of the others repeat. */
function readLabels(path: string): number[] {
  const { values, shape } = asDataError(path, () => {
    const file = openNpy(path);
    file.close();
    if (!LABEL_TYPES.includes(file.dtype)) {
      throw new Error(`its numbers are ${file.dtype}, expected labels as uint8, int32 or int64`);
    }
    if (file.shape.some((length) => length > MOST_LABELS)) {
      throw new Error(`its shape is [${file.shape.join(', ')}], expected at most ${MOST_LABELS} labels`);
    }
    return readNpy(path);
  });
  if (shape.length !== 1 || shape[0] === 0 || shape[0]! % SEVERITIES !== 0) {
    throw new SaddlepointError(
      'DATA',
      `expected labels of ${SEVERITIES} severities of as many images in ${path}, [50000] as published, received ` +
        `[${shape.join(', ')}]`,
    );
  }
  const labels = Array.from(values, Number);
  const images = labels.length / SEVERITIES;
  const other = labels.findIndex((label, i) => label !== labels[i % images]);
  if (other !== -1) {
    throw new SaddlepointError(
      'DATA',
      `expected labels that repeat every ${images} in ${path}, once a severity, received ${labels[other]!} for ` +
        `image ${other} and ${labels[other % images]!} for image ${other % images}`,
    );
  }
  return labels.slice(0, images);
}

/** The file of a corruption, whose header is right. */
function openImages(path: string, shape: readonly number[]): OpenNpy {
  const file = asDataError(path, () => openNpy(path));
  if (file.dtype === '|u1' && file.shape.join() === shape.join()) return file;
  file.close();
  throw new SaddlepointError(
    'DATA',
    `expected uint8 images [${shape.join(', ')}] in ${path}, as many as labels, received ${file.dtype} ` +
      `[${file.shape.join(', ')}]. Is it cut off, or of another data set?`,
  );
}

function asDataError<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    throw new SaddlepointError('DATA', `${path} cannot be used: ${(cause as Error).message}`, { cause });
  }
}
