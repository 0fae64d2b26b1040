/**
 * Folders of corrupted images: what is read, and what is refused.
 *
 * @module
 */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import { disposeSplit } from '../dataset.js';
import { refusalOf } from '../made-up-files.test-helper.js';
import { npyFile } from '../npy.test-helper.js';
import { openCorruptionFolder, readCorruption, STANDARD_CORRUPTIONS } from './index.js';
import { corruptionFile, corruptionFolder, labelsFile, SIDE } from './made-up-corruptions.test-helper.js';

leavesNothingAlive();

const LABELS = [3, 1, 2];
const open = (files: Parameters<typeof corruptionFolder>[1] = {}) =>
  openCorruptionFolder(corruptionFolder(LABELS, files), [SIDE, SIDE]);

describe('a folder', () => {
  test('says which corruptions are there, which are missing, and what else lies in it', () => {
    const sound = corruptionFile(3, () => 0);
    const folder = open({ 'saturate.npy': sound, 'brightness.npy': sound, 'rain.npy': sound });
    expect(folder.names).toEqual(['gaussian_noise', 'fog', 'brightness', 'saturate']);
    expect(folder.missing).toHaveLength(STANDARD_CORRUPTIONS.length - 3);
    expect(folder.missing).not.toContain('fog');
    expect(folder.unknown).toEqual(['rain.npy']);
    expect(folder.images).toBe(3);
    expect(folder.labels).toEqual(LABELS);
  });

  test.each([
    ['|u1', Uint8Array.from([...LABELS, ...LABELS, ...LABELS, ...LABELS, ...LABELS])],
    ['<i4', Int32Array.from([...LABELS, ...LABELS, ...LABELS, ...LABELS, ...LABELS])],
  ])('may have labels as %s', (dtype, values) => {
    const labels = npyFile(dtype, '(15,)', new Uint8Array(values.buffer));
    expect(open({ 'labels.npy': labels }).labels).toEqual(LABELS);
  });
});

describe('a corruption', () => {
  test('is read at one severity, in planes, with the labels of the images', () => {
    const folder = open({ 'fog.npy': corruptionFile(3, (image, at) => 10 * image + (at % 3)) });
    const split = readCorruption(folder, 'fog', 4, 2);
    expect(split.images.shape).toEqual([2, 3, SIDE, SIDE]);
    expect(split.images.dtype).toBe('uint8');
    const planes = Array.from(split.images.toTypedArray() as Uint8Array).filter((_, i) => i % SIDE ** 2 === 0);
    expect(planes).toEqual([90, 91, 92, 100, 101, 102]);
    expect(split.labels.toNumbers()).toEqual([3, 1]);
    disposeSplit(split);
  });

  test.each([0, 6])('has no severity %i', (severity) => {
    expect(() => readCorruption(open(), 'fog', severity, 1)).toThrow('severity');
  });
});

const array = (dtype: string, shape: string, bytes: number, fortran = false) =>
  npyFile(dtype, shape, new Uint8Array(bytes), { fortran });

test.each([
  ['no corruption', { 'gaussian_noise.npy': undefined, 'fog.npy': undefined }, 'found none of them'],
  ['no labels', { 'labels.npy': undefined }, 'expected labels.npy beside the corruptions'],
  ['fewer images than labels', { 'fog.npy': corruptionFile(2, () => 0) }, 'received |u1 [10, 4, 4, 3]. Is it cut off'],
  ['a file that is cut off', { 'fog.npy': corruptionFile(3, () => 0).subarray(0, -1) }, 'and it has 719'],
  ['images of another size', { 'fog.npy': array('|u1', '(15, 2, 8, 3)', 720) }, 'received |u1 [15, 2, 8, 3]'],
  ['floats', { 'fog.npy': array('<f4', '(15, 4, 4, 3)', 2880) }, 'received <f4 [15, 4, 4, 3]'],
  ['Fortran order', { 'fog.npy': array('|u1', '(15, 4, 4, 3)', 720, true) }, 'numpy.ascontiguousarray'],
  ['Python objects', { 'fog.npy': array('|O', '(15, 4, 4, 3)', 720) }, 'its numbers are |O'],
  ['labels that are floats', { 'labels.npy': array('<f4', '(15,)', 60) }, 'its numbers are <f4, expected labels'],
  ['labels in a column', { 'labels.npy': array('|u1', '(15, 1)', 15) }, 'received [15, 1]'],
  ['labels of four severities', { 'labels.npy': labelsFile(LABELS, 4) }, 'received [12]'],
  ['labels without end', { 'labels.npy': array('|u1', '(20000000,)', 15) }, 'takes 20000000 bytes, and it has 15'],
  [
    'labels that do not repeat',
    { 'labels.npy': labelsFile([3, 1, 2, 3, 1, 2, 3, 1, 3, 3, 1, 2, 3, 1, 2], 1) },
    'image 8',
  ],
])('%s is refused', (_, files, message) => {
  expect(refusalOf(() => open(files))).toContain(message);
});

test('a folder that is not there is refused', () => {
  const path = join(corruptionFolder(LABELS), 'none');
  expect(refusalOf(() => openCorruptionFolder(path, [SIDE, SIDE]))).toContain('expected a folder of corruptions');
});
