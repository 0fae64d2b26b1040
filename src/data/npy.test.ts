/**
 * NumPy's array files, whose headers here are those that NumPy 2 wrote.
 *
 * @module
 */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderWith } from '../../test/support/folders.js';
import { npyFile } from './npy.test-helper.js';
import { openNpy, readNpy } from './npy.js';

const read = (content: Uint8Array) => readNpy(join(folderWith({ 'a.npy': content }), 'a.npy'));
const floats = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);
const ONE = floats(1);

describe('an array', () => {
  test('of float32', () => {
    const { values, shape } = read(
      npyFile('<f4', '(2, 1, 2, 2)', floats(0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875)),
    );
    expect(values).toEqual(Float32Array.of(0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875));
    expect(shape).toEqual([2, 1, 2, 2]);
  });

  test.each([
    ['<f8', Float64Array.of(0.1, 2)],
    ['|u1', Uint8Array.of(0, 255)],
    ['<i4', Int32Array.of(-1, 7)],
    ['<i8', BigInt64Array.of(-1n, 2n ** 40n)],
  ])('of %s', (descr, values) => {
    expect(read(npyFile(descr, '(2,)', new Uint8Array(values.buffer)))).toEqual({ values, shape: [2] });
  });

  test('in Fortran order where that is the same order', () => {
    expect(read(npyFile('<f4', '(1, 1)', ONE, { fortran: true })).shape).toEqual([1, 1]);
  });

  test('whose header has four bytes for its length', () => {
    expect(read(npyFile('<f4', '(1,)', ONE, { version: 2 })).values).toEqual(Float32Array.of(1));
  });

  test('of no dimension has one number', () => {
    expect(read(npyFile('<f4', '()', ONE))).toEqual({ values: Float32Array.of(1), shape: [] });
  });
});

test('an open array is read from where it is asked for', () => {
  const file = openNpy(
    join(
      folderWith({ 'a.npy': npyFile('<i4', '(3, 2)', new Uint8Array(Int32Array.of(1, 2, 3, 4, 5, 6).buffer)) }),
      'a.npy',
    ),
  );
  expect([file.dtype, file.shape]).toEqual(['<i4', [3, 2]]);
  expect(file.read(1, 2)).toEqual(Int32Array.of(3, 4, 5, 6));
  file.close();
});

test('an array that is shorter than its header says is not opened', () => {
  const folder = folderWith({ 'a.npy': npyFile('|u1', '(4, 2)', Uint8Array.of(1, 2, 3)) });
  expect(() => openNpy(join(folder, 'a.npy'))).toThrow('its shape [4, 2] takes 8 bytes, and it has 3');
});

test.each([
  ['another kind of file', Buffer.from('PK\x03\x04'), 'it is no .npy file'],
  ['another byte order', npyFile('>f4', '(1,)', ONE), 'its numbers are >f4'],
  ['Python objects', npyFile('|O', '(1,)', ONE), 'its numbers are |O, expected one of <f4'],
  ['Fortran order', npyFile('<f4', '(2, 2)', floats(1, 2, 3, 4), { fortran: true }), 'numpy.ascontiguousarray'],
  ['a shape of more than there is', npyFile('<f4', '(1000000000000,)', ONE), 'takes 4000000000000 bytes, and it has 4'],
  ['a shape that no number can hold', npyFile('<f4', '(99999999999999999999,)', ONE), 'it claims the shape'],
  ['a negative shape', npyFile('<f4', '(-1,)', ONE), 'does not describe an array of numbers'],
  ['bytes after its numbers', npyFile('<f4', '(1,)', floats(1, 2)), 'takes 4 bytes, and it has 8'],
  ['a version to come', npyFile('<f4', '(1,)', ONE, { version: 9 }), 'version 9, expected 1 to 3'],
  ['a header that is cut off', npyFile('<f4', '(1,)', ONE).subarray(0, 40), 'cut off in its header'],
  ['no header', npyFile('<f4', '(1,)', ONE).subarray(0, 7), 'cut off in its header'],
])('%s is refused', (_, content, message) => {
  expect(() => read(content)).toThrow(message);
});
