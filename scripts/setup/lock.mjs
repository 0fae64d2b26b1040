// One set-up at a time: `npm test` in one terminal and `npm run demo` in another must not build into the same folder,
// nor two machines or containers that share a user's cache.
import { createHash } from 'node:crypto';
import { mkdirSync, readlinkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { readIfThere } from './files.mjs';
import { SetupError, say } from './say.mjs';

/**
 * Runs `work` while holding the lock file. A lock whose process has died is taken over; of a process of another machine or
 * container nobody can tell here, so its lock stays.
 * @template T
 * @param {string} path
 * @param {() => Promise<T>} work
 * @param {number} [minutes] how long to wait for another set-up
 * @returns {Promise<T>}
 */
export async function withLock(path, work, minutes = 30) {
  await acquire(path, Date.now() + minutes * 60_000);
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

/**
 * @param {string} path
 * @param {number} deadline
 */
async function acquire(path, deadline) {
  mkdirSync(dirname(path), { recursive: true });
  let announced = false;
  while (!tryToTake(path)) {
    const owner = readIfThere(path);
    if (owner !== null && isDead(owner)) {
      removeStale(path, owner);
      continue;
    }
    if (!announced) say('waiting', `another set-up (${inWords(owner)}) is at work; if there is none, remove ${path}`);
    announced = true;
    await sleep(200);
    if (Date.now() > deadline) {
      throw new SetupError(`another set-up has held ${path} for too long`, [
        'wait for it or stop it',
        `if there is none, remove ${path}`,
      ]);
    }
  }
}

/** @param {string} path */
function tryToTake(path) {
  try {
    writeFileSync(path, `${process.pid} ${machine()} ${hostname()}`, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** @param {string | null} owner */
function inWords(owner) {
  const [id = '?', , host = 'this machine'] = owner?.split(' ') ?? [];
  return `process ${id} on ${host}`;
}

/** @param {string} owner */
function isDead(owner) {
  const [number, where = machine()] = owner.split(' '); // earlier versions did not say where
  const id = Number(number);
  // Empty: taken this instant and not yet written.
  if (!Number.isInteger(id) || id <= 0 || where !== machine()) return false;
  try {
    process.kill(id, 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}

/** Where a process number means the same process: this machine since it started, and this container of it. */
function machine() {
  const parts = [hostname(), readIfThere('/proc/sys/kernel/random/boot_id') ?? '', container()];
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 12);
}

function container() {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return ''; // not Linux
  }
}

/**
 * Renaming first makes sure that of several waiting set-ups only one removes the lock.
 * @param {string} path
 * @param {string} owner
 */
function removeStale(path, owner) {
  const aside = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  // Somebody else was quicker and this is already their lock: give it back.
  if (readIfThere(aside) !== owner) renameSync(aside, path);
  else rmSync(aside, { force: true });
}
