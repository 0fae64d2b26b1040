/**
 * Which known word is offered for a misspelt one, and when none is.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { nearest, requireKnown } from './nearest.js';

test.each([
  ['epoch', 'epochs'],
  ['SEED', 'seed'],
  ['bacthSize', 'batchSize'],
  ['x', undefined],
  ['nothing like it', undefined],
])('%s: %s', (word, expected) => {
  expect(nearest(word, ['epochs', 'seed', 'batchSize', 'optimizer'])).toBe(expected);
});

test('a known word is returned, another refused with the nearest', () => {
  expect(requireKnown('a norm', 'l2', ['linf', 'l2'])).toBe('l2');
  expect(() => requireKnown('a norm', 'linff', ['linf', 'l2'])).toThrow(
    'expected a norm out of linf, l2, received "linff"; did you mean linf?',
  );
  expect(() => requireKnown('a norm', 'euclidean', ['linf', 'l2'])).toThrow(/received "euclidean"$/);
});

test('of no candidates is none', () => {
  expect(nearest('seed', [])).toBeUndefined();
});
