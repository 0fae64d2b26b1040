import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { withLock } from '../../scripts/setup/lock.mjs';
import { speakTo } from '../../scripts/setup/say.mjs';
import { temporaryFolder } from '../support/folders.js';
import { apart, whySkipped } from '../support/namespaces.js';

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
  writeFileSync(lock, String(dead)); // as earlier versions wrote it
  expect(await withLock(lock, () => Promise.resolve('worked'))).toBe('worked');
});

it('waits for a process of another machine, of which nobody here knows whether it lives, and says which', async () => {
  const lock = join(folder, 'lock');
  const dead = spawnSync(process.execPath, ['-e', '0']).pid;
  writeFileSync(lock, `${dead} 0123456789ab elsewhere`);
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

const module_ = new URL('../../scripts/setup/lock.mjs', import.meta.url).href;
const sayModule = new URL('../../scripts/setup/say.mjs', import.meta.url).href;

it('takes over what a killed process of this machine left', async () => {
  const lock = join(folder, 'lock');
  const killed = `import { withLock } from '${module_}'; await withLock(process.argv[1], () => process.kill(process.pid, 'SIGKILL'));`;
  spawnSync(process.execPath, ['--input-type=module', '-e', killed, lock]);
  expect(existsSync(lock)).toBe(true);
  expect(await withLock(lock, () => Promise.resolve('worked'))).toBe('worked');
});

it.skipIf(apart === undefined)(`is not taken over from inside a container${whySkipped}`, async () => {
  const lock = join(folder, 'lock');
  const contend = `
    import { withLock } from '${module_}';
    import { speakTo } from '${sayModule}';
    speakTo(process.stderr);
    await withLock(process.argv[1], async () => process.stdout.write('taken'), 0.02).catch((error) => process.stdout.write(error.message));`;
  const node = [process.execPath, '--input-type=module', '-e', contend, lock];
  // This process lives, and has no number there.
  const said = await withLock(lock, () =>
    Promise.resolve(spawnSync('unshare', [...apart!, ...node], { encoding: 'utf8' })),
  );
  expect(said.stdout).toMatch(/^another set-up has held/);
});
