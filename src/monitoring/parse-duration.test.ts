/**
 * Times as people write them.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { parseDuration } from './index.js';

test.each([
  ['90s', 90],
  ['8m', 480],
  [' 30 min ', 1800],
  ['1.5h', 5400],
])('%s', (text, seconds) => {
  expect(parseDuration(text)).toBe(seconds);
});

test.each(['', '8', 'm', '-8m', '0s', '8 days', '1e999h', '8m 30s'])('"%s" is none', (text) => {
  expect(parseDuration(text)).toBeUndefined();
});
