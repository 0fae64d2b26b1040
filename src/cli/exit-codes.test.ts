/**
 * What is said of an error: whose fault it is.
 *
 * @module
 */
import { afterEach, expect, test, vi } from 'vitest';
import { SaddlepointError } from '../engine/errors.js';
import { inWords } from './exit-codes.js';

afterEach(() => {
  vi.unstubAllEnvs();
});

/** As thrown at line 12 of this module. */
function thrownIn(address: string): Error {
  const error = new TypeError('their own bug');
  error.stack = `TypeError: their own bug\n    at search (${address}:12:3)\n    at run (file:///somewhere/dist/attacks/attack.js:1:1)`;
  return error;
}

test('an error of ours is ours, one that passed through an imported module is its', () => {
  vi.stubEnv('SADDLEPOINT_IMPORT', JSON.stringify(['file:///home/me/mine.mjs']));
  expect(inWords(thrownIn('file:///home/me/mine.mjs'))).toBe(
    'their own bug. It comes from /home/me/mine.mjs:12; --debug before the command shows where',
  );
  expect(inWords(thrownIn('file:///home/me/other.mjs'))).toMatch(/This is an internal error/);
  expect(inWords(new SaddlepointError('ARGUMENT', 'a wrong argument'))).toBe('a wrong argument');
});

test('without imports it is ours', () => {
  vi.stubEnv('SADDLEPOINT_IMPORT', undefined);
  expect(inWords(thrownIn('file:///home/me/mine.mjs'))).toMatch(/This is an internal error/);
});
