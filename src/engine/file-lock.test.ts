/**
 * One at a time, for as long as the holder lives: a lock is never stale, and its file stays with nobody.
 *
 * @module
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { spawn } from 'node:child_process';
import { temporaryFolder } from '../../test/support/folders.js';
import { takeLock, type FileLock, type LockHolder, type LockKind } from './file-lock.js';
import { projectRoot } from './installation.js';
import { native } from './native.js';

let path = '';
beforeEach(() => {
  path = join(temporaryFolder(), 'lock');
});

function taken(kind?: LockKind): FileLock {
  const lock = takeLock(path, kind);
  if (!('release' in lock)) throw new Error(`held by ${lock.holder}`);
  return lock;
}
const holder = (kind?: LockKind) => (takeLock(path, kind) as LockHolder).holder;

test('one has it, and the next one hears who; released, nothing is left', () => {
  const first = taken();
  expect(holder()).toMatch(new RegExp(`^process ${process.pid} on .*, since 20`));
  expect(holder('together')).toBeDefined();
  first.release();
  expect(existsSync(path)).toBe(false);
  taken().release();
});

test('those who share it keep out who wants it alone; the last one removes the file', () => {
  const [a, b] = [taken('together'), taken('together')];
  expect(holder('alone')).toBeDefined();
  a.release();
  expect(holder('alone')).toBeDefined();
  b.release();
  expect(existsSync(path)).toBe(false);
});

test('a file that a killed process left, whatever its number, is no lock', () => {
  for (const left of [String(process.ppid), '', 'process 1 on another host']) {
    writeFileSync(path, left);
    const lock = taken();
    expect(readFileSync(path, 'utf8')).toContain(`process ${process.pid}`);
    lock.release();
  }
});

/** A process that takes the lock as often as it can, and tells when two have it. */
const CONTENDER = `
  import { rmSync, writeFileSync } from 'node:fs';
  const { takeLock } = await import(process.argv[1]);
  const [path, inside] = process.argv.slice(2);
  let turns = 0;
  for (const end = Date.now() + 1500; Date.now() < end; ) {
    const lock = takeLock(path);
    if (!('release' in lock)) continue;
    writeFileSync(inside, '', { flag: 'wx' });
    rmSync(inside);
    turns += 1;
    lock.release();
  }
  process.stdout.write(String(turns));
`;

test('four processes that take and release it all the time: never two at once', async () => {
  const module_ = join(projectRoot(), 'dist', 'engine', 'file-lock.js');
  const contend = () =>
    new Promise<string>((resolve) => {
      const values = ['--input-type=module', '-e', CONTENDER, module_, path, `${path}-inside`];
      const child = spawn(process.execPath, values, { stdio: ['ignore', 'pipe', 'inherit'] });
      let text = '';
      child.stdout.on('data', (part: Buffer) => (text += part.toString()));
      child.once('close', (code) => {
        resolve(`${code} ${text}`);
      });
    });
  for (const end of await Promise.all(Array.from({ length: 4 }, contend))) expect(end).toMatch(/^0 [1-9]\d*$/);
  expect(existsSync(path)).toBe(false);
}, 60_000);

test('where the file system has no locks, the first one has it, and how to take it away is said', () => {
  const locks = vi.spyOn(native, 'lockFile').mockReturnValue('unsupported');
  try {
    const first = taken();
    expect(holder()).toMatch(
      /^process \d+ on .* \(this file system has no locks: if that process has ended, remove .*lock-held\)$/,
    );
    first.release();
    expect(readdirSync(join(path, '..'))).toEqual([]);
  } finally {
    locks.mockRestore();
  }
});
