/**
 * Modules of a program's own: imported here, and named for threads and processes.
 *
 * @module
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { folderWith } from '../../test/support/folders.js';
import { importInherited, importModules } from './imports.js';

const VARIABLE = 'SADDLEPOINT_IMPORT';
afterEach(() => {
  Reflect.deleteProperty(process.env, VARIABLE);
  Reflect.deleteProperty(globalThis, 'imported');
});
const count = () => (globalThis as { imported?: number }).imported ?? 0;
const COUNTING = 'globalThis.imported = (globalThis.imported ?? 0) + 1;';

test('a module is imported, once, and its address is left for those that start later', async () => {
  const path = join(folderWith({ 'mine.mjs': COUNTING }), 'mine.mjs');
  await importModules([path, path]);
  expect(count()).toBe(1);
  expect(process.env[VARIABLE]).toBe(JSON.stringify([pathToFileURL(path).href]));
  await importInherited();
  expect(count()).toBe(1);
});

test('what is inherited is imported', async () => {
  const path = join(folderWith({ 'theirs.mjs': COUNTING }), 'theirs.mjs');
  process.env[VARIABLE] = JSON.stringify([pathToFileURL(path).href]);
  await importInherited();
  expect(count()).toBe(1);
});

test.each([
  ['./nowhere/mine.mjs', 'expected a module to import at ./nowhere/mine.mjs, found nothing'],
  ['no-such-package-of-anybody', /no-such-package-of-anybody could not be imported: .*/],
])('%s is refused by name', async (specifier, message) => {
  await expect(importModules([specifier])).rejects.toThrow(message);
  expect(process.env[VARIABLE]).toBeUndefined();
});

test('a module that throws is named with its words', async () => {
  const path = join(folderWith({ 'broken.mjs': 'throw new Error("half a module")' }), 'broken.mjs');
  await expect(importModules([path])).rejects.toThrow(`${path} could not be imported: half a module`);
});
