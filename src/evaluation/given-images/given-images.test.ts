/**
 * Adversarial images of other tools, whichever file they come in.
 *
 * @module
 */
import { encode } from 'fast-png';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import { folderWith, temporaryFolder } from '../../../test/support/folders.js';
import { npyFile } from '../../data/npy.test-helper.js';
import { tensor, tidy, writeSafetensors } from '../../engine/index.js';
import { readGivenImages } from './index.js';

leavesNothingAlive();

const SHAPE = [3, 1, 2];
/** Two images of three channels, a row of two pixels each: channel, then pixel. */
const PLANES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].map((value) => value / 16);
/** The same with each pixel's channels together. */
const PIXELS = [0, 2, 4, 1, 3, 5, 6, 8, 10, 7, 9, 11].map((value) => value / 16);
const floats = (values: readonly number[]) => new Uint8Array(Float32Array.from(values).buffer);
const inFile = (name: string, content: Uint8Array) => join(folderWith({ [name]: content }), name);

describe('.npy', () => {
  test.each([
    ['channels first', '(2, 3, 1, 2)', PLANES],
    ['channels last', '(2, 1, 2, 3)', PIXELS],
  ])('with %s', (_, shape, values) => {
    const { pixels, count, indices } = readGivenImages(inFile('a.npy', npyFile('<f4', shape, floats(values))), SHAPE);
    expect([[...pixels], count, indices]).toEqual([PLANES, 2, undefined]);
  });

  test('of grey images, without a dimension for them', () => {
    const file = inFile('a.npy', npyFile('<f4', '(1, 1, 2)', floats([0.25, 0.5])));
    expect([...readGivenImages(file, [1, 1, 2]).pixels]).toEqual([0.25, 0.5]);
  });

  test("in levels become what the data set's own bytes become", () => {
    const { pixels } = readGivenImages(
      inFile('a.npy', npyFile('|u1', '(1, 1, 1, 2)', Uint8Array.of(7, 255))),
      [1, 1, 2],
    );
    expect([...pixels]).toEqual([Math.fround(7 / 255), 1]);
  });

  test.each([
    [
      'of another shape',
      '(1, 3, 4, 1)',
      'expected images of shape [N, 3, 1, 2] or [N, 1, 2, 3], received [1, 3, 4, 1]',
    ],
    ['of none', '(0, 3, 1, 2)', 'it has no images'],
  ])('%s are refused', (_, shape, message) => {
    const numbers = shape.startsWith('(0') ? [] : PLANES;
    expect(() => readGivenImages(inFile('a.npy', npyFile('<f4', shape, floats(numbers))), SHAPE)).toThrow(message);
  });
});

describe('.safetensors', () => {
  const write = (tensors: Record<string, [values: number[] | bigint[], shape: number[]]>) => {
    const file = join(temporaryFolder(), 'a.safetensors');
    tidy(() => {
      const made = Object.entries(tensors).map(([name, [values, shape]]) => {
        const data =
          typeof values[0] === 'bigint'
            ? BigInt64Array.from(values as bigint[])
            : Float32Array.from(values as number[]);
        return [name, tensor(data, { shape })] as const;
      });
      writeSafetensors(file, new Map(made), { norm: 'linf', epsilon: '0.5' });
    });
    return file;
  };

  test('has indices, labels and a budget, as evaluations write them', () => {
    const file = write({ images: [PLANES, [2, 3, 1, 2]], indices: [[4n, 2n], [2]], labels: [[0n, 9n], [2]] });
    const { pixels, ...said } = readGivenImages(file, SHAPE);
    expect([...pixels]).toEqual(PLANES);
    expect(said).toEqual({ count: 2, indices: [4, 2], labels: [0, 9], metadata: { norm: 'linf', epsilon: '0.5' } });
  });

  test('of another tool: the only tensor that can be images', () => {
    expect(readGivenImages(write({ adv_complete: [PLANES, [2, 3, 1, 2]] }), SHAPE).count).toBe(2);
  });

  test.each([
    [
      'two that could be',
      { a: [PLANES, [2, 3, 1, 2]], b: [PLANES, [2, 3, 1, 2]] },
      'expected a tensor named images, received a, b',
    ],
    [
      'fewer indices than images',
      { images: [PLANES, [2, 3, 1, 2]], indices: [[4n], [1]] },
      'it has 2 images and 1 indices',
    ],
  ] as const)('with %s is refused', (_, tensors, message) => {
    expect(() => readGivenImages(write(tensors as never), SHAPE)).toThrow(message);
  });
});

describe('a folder of PNG files', () => {
  const png = (level: number) =>
    encode({ width: 2, height: 1, channels: 1, depth: 8, data: Uint8Array.of(level, 255) });

  test('has the number of each example in its name', () => {
    const folder = folderWith({ 'adv_10.png': png(10), 'adv_9.png': png(9), '.hidden': '' });
    const { pixels, indices } = readGivenImages(folder, [1, 1, 2]);
    expect(indices).toEqual([9, 10]);
    expect([...pixels]).toEqual([9 / 255, 1, 10 / 255, 1].map(Math.fround));
  });

  test.each([
    [
      'a name without a number',
      { 'a.png': png(1) },
      'named for the number of their example, e.g. 17.png, received a.png',
    ],
    ['two of one example', { '1.png': png(1), '01.png': png(1) }, 'two of its files are of example 1'],
    ['a broken file', { '1.png': png(1).subarray(0, 30) }, '1.png cannot be used'],
    ['nothing', {}, 'it is empty'],
  ])('with %s is refused', (_, files, message) => {
    const folder = folderWith(files);
    mkdirSync(folder, { recursive: true });
    expect(() => readGivenImages(folder, [1, 1, 2])).toThrow(message);
  });
});

test('anything else is refused with what is read', () => {
  const file = join(temporaryFolder(), 'a.zip');
  writeFileSync(file, '');
  expect(() => readGivenImages(file, SHAPE)).toThrow(
    'expected adversarial images as .safetensors, .npy, .pt or a folder',
  );
  expect(() => readGivenImages(`${file}.npy`, SHAPE)).toThrow('no such file');
});
