/**
 * Folders are made with their parents, or refused with the system's reason, at once.
 *
 * @module
 */
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/folders.js';
import { makeFolder } from './folders.js';

test('with all parents, and where it is there already', () => {
  const path = join(temporaryFolder(), 'a', 'b', 'c');
  makeFolder(path);
  makeFolder(path);
  expect(statSync(path).isDirectory()).toBe(true);
});

test('not below a file', () => {
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  expect(() => makeFolder(join(file, 'a'))).toThrow(/ENOTDIR|EEXIST/);
});

test.runIf(existsSync('/proc/self'))('not where the system makes none: Node.js itself would try for ever', () => {
  expect(() => makeFolder('/proc/nowhere/a')).toThrow(/ENOENT|EACCES/);
});
