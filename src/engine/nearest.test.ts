/**
 * Which known word is offered for a misspelt one, and when none is.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { nearest } from './nearest.js';

test.each([
  ['epoch', 'epochs'],
  ['SEED', 'seed'],
  ['bacthSize', 'batchSize'],
  ['x', undefined],
  ['nothing like it', undefined],
])('%s: %s', (word, expected) => {
  expect(nearest(word, ['epochs', 'seed', 'batchSize', 'optimizer'])).toBe(expected);
});

test('of no candidates is none', () => {
  expect(nearest('seed', [])).toBeUndefined();
});
