/**
 * Values out of a file that are nested without end are told apart without following them to theirs.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { isShallow } from './shallow.js';

const nested = (levels: number): unknown => JSON.parse(`${'[{"a":'.repeat(levels / 2)}1${'}]'.repeat(levels / 2)}`);

test.each([null, 1, 'text', [], {}, [[1], { a: [2] }], nested(100)])('%j is shallow', (value) => {
  expect(isShallow(value)).toBe(true);
});

test.each([102, 200_000])('%i levels are not', (levels) => {
  expect(isShallow(nested(levels))).toBe(false);
  expect(isShallow([1, { a: nested(levels) }])).toBe(false);
});
