/**
 * A run's name is a path inside of the folder of runs, and nothing else.
 *
 * @module
 */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runPath } from './run-path.js';

test.each(['first', 'series/first', 'a.b-c', '..first'])('%j is one', (name) => {
  expect(runPath('runs', name)).toBe(join('runs', name));
});

test.each(['', ' ', '.', '..', '../a', 'a/..', 'a/../..', 'a//b', 'a/', '/a', '/', 'a\\..\\..', 'C:a', 'a\0b'])(
  '%j is none',
  (name) => {
    expect(() => runPath('runs', name)).toThrow(/expected a run's name that is a path inside of runs/);
  },
);
