/**
 * A folder in the layout of CIFAR-10-C with made-up images of 4 × 4.
 *
 * @module
 */
import { folderWith } from '../../../test/support/folders.js';
import { npyFile } from '../npy.test-helper.js';
import { SEVERITIES } from './names.js';

export const SIDE = 4;
const PIXELS = SIDE * SIDE * 3;

/** The file of a corruption. @param byte of image `i` at position `at`, pixel by pixel, each red, green, blue */
export function corruptionFile(images: number, byte: (image: number, at: number) => number): Buffer {
  const total = images * SEVERITIES;
  const bytes = Uint8Array.from({ length: total * PIXELS }, (_, i) => byte(Math.floor(i / PIXELS), i % PIXELS));
  return npyFile('|u1', `(${total}, ${SIDE}, ${SIDE}, 3)`, bytes);
}

/** Labels as NumPy's int64. */
export function labelsFile(labels: readonly number[], severities = SEVERITIES): Buffer {
  const all = Array.from({ length: severities }, () => labels).flat();
  return npyFile('<i8', `(${all.length},)`, new Uint8Array(BigInt64Array.from(all, BigInt).buffer));
}

/** @param files in place of, or beside, two sound corruptions; undefined leaves one out */
export function corruptionFolder(
  labels: readonly number[],
  files: Readonly<Record<string, Uint8Array | undefined>> = {},
): string {
  const noise = corruptionFile(labels.length, (image, at) => (image * 40503 + at * at * 31) % 256);
  const all: Readonly<Record<string, Uint8Array | undefined>> = {
    'gaussian_noise.npy': noise,
    'fog.npy': noise,
    'labels.npy': labelsFile(labels),
    ...files,
  };
  const there = Object.entries(all).filter((entry): entry is [string, Uint8Array] => entry[1] !== undefined);
  return folderWith(Object.fromEntries(there));
}
