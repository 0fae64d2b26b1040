/**
 * Two processes that want the same evaluation: one has it, whatever the moment at which the other looks.
 *
 * @module
 */
import type * as FileSystem from 'node:fs';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { temporaryFolder } from '../../../test/support/folders.js';
import type { Identity } from './identity.js';
import { EvaluationStore } from './store.js';

/** What happens between finding a lock and reading it, and whether there are hard links. */
const moment = vi.hoisted(() => {
  const beforeReading: () => void = () => undefined;
  return { beforeReading, links: true };
});
vi.mock('node:fs', async (importOriginal) => {
  const original = await importOriginal<typeof FileSystem>();
  const readFileSync = (...values: Parameters<typeof FileSystem.readFileSync>) => {
    if (String(values[0]).endsWith('lock')) moment.beforeReading();
    return original.readFileSync(...values);
  };
  const linkSync = (from: string, to: string) => {
    if (!moment.links) throw Object.assign(new Error('ENOTSUP: operation not supported, link'), { code: 'ENOTSUP' });
    original.linkSync(from, to);
  };
  const changed = { ...original, readFileSync, linkSync };
  return { ...changed, default: changed };
});

const identity: Identity = { model: 'a', dataset: 'b', split: 'c', images: 'd', attack: 'e', seed: 1, order: 'exact' };
const open = (path: string) => EvaluationStore.open(path, identity, () => 'plain');

test.each([true, false])('the lock has its number, and nothing else stays beside it; hard links: %s', (links) => {
  moment.links = links;
  const folder = temporaryFolder();
  const store = open(folder);
  moment.links = true;
  expect(readdirSync(folder).sort()).toEqual(['lock', 'state.json']);
  expect(readFileSync(join(folder, 'lock'), 'utf8')).toBe(String(process.pid));
  store.close();
  expect(readdirSync(folder)).toEqual(['state.json']);
});

test('one that goes while it is looked at is free', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'lock'), String(process.ppid));
  moment.beforeReading = () => {
    moment.beforeReading = () => undefined;
    rmSync(join(folder, 'lock'));
  };
  const store = open(folder);
  expect(readFileSync(join(folder, 'lock'), 'utf8')).toBe(String(process.pid));
  store.close();
});

test('one of a living process is refused, and left to it', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'lock'), String(process.ppid));
  expect(() => open(folder)).toThrow(/process \d+ works on the evaluation in/);
  expect(readdirSync(folder)).toEqual(['lock']);
});
