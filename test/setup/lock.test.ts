import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { withLock } from '../../scripts/setup/lock.mjs';
import { speakTo } from '../../scripts/setup/say.mjs';
import { temporaryFolder } from '../support/folders.js';

let folder = '';

beforeEach(() => {
  folder = temporaryFolder();
  speakTo(process.stderr);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('lets one set-up work at a time and removes the lock, also after a failure', async () => {
  const lock = join(folder, 'lock');
  let inside = 0;
  const work = async (): Promise<void> => {
    inside += 1;
    expect(inside).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    inside -= 1;
  };
  await Promise.all([withLock(lock, work), withLock(lock, work), withLock(lock, work)]);
  await expect(withLock(lock, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(existsSync(lock)).toBe(false);
});

it('takes over the lock of a process that died', async () => {
  const lock = join(folder, 'lock');
  const dead = spawnSync(process.execPath, ['-e', '0']).pid;
  writeFileSync(lock, `${dead} ${hostname()}`);
  expect(await withLock(lock, () => Promise.resolve('worked'))).toBe('worked');
});

it('waits for a process of another machine, of which nobody here knows whether it lives, and says which', async () => {
  const lock = join(folder, 'lock');
  const dead = spawnSync(process.execPath, ['-e', '0']).pid;
  writeFileSync(lock, `${dead} elsewhere`);
  const spoken = new PassThrough();
  speakTo(spoken);
  await expect(withLock(lock, () => Promise.resolve(), 0.005)).rejects.toThrow(
    /another set-up has held .*lock for too/,
  );
  expect(String(spoken.read())).toContain(
    `another set-up (process ${dead} on elsewhere) is at work; if there is none, remove ${lock}`,
  );
  expect(existsSync(lock)).toBe(true);
});
