/**
 * One process works on an evaluation: a file with its number, which a dead one's successor takes over.
 *
 * @module
 */
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SaddlepointError } from '../../engine/index.js';
import { orFileError } from './file-error.js';

/** What file systems say that have no hard links: some network shares, FAT. */
const WITHOUT_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EXDEV'];

/** @throws SaddlepointError CHECKPOINT where a living process has the folder; FILE when it cannot be written */
export function lock(path: string): void {
  const file = join(path, 'lock');
  while (!takeLock(path, file)) {
    const holder = readLock(file);
    if (holder === undefined) continue;
    if (holder !== process.pid && isAlive(holder)) {
      throw new SaddlepointError(
        'CHECKPOINT',
        `process ${holder} works on the evaluation in ${path}. Wait for it, or remove ${file} if that process is something else`,
      );
    }
    rmSync(file, { force: true });
  }
}

/** Makes the lock with its number in it, so that nobody reads an empty one; false where there is one already. */
function takeLock(path: string, file: string): boolean {
  const whole = join(path, `lock-${process.pid}`);
  try {
    writeFileSync(whole, String(process.pid));
    try {
      linkSync(whole, file);
    } catch (error) {
      if (!WITHOUT_LINKS.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
      writeFileSync(file, String(process.pid), { flag: 'wx' });
    }
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') orFileError(file, () => { throw error; }); // prettier-ignore
    return false;
  } finally {
    rmSync(whole, { force: true });
  }
}

/** The process that holds the lock; undefined when it has just let go. */
function readLock(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
}

export function unlock(path: string): void {
  rmSync(join(path, 'lock'), { force: true });
}

function isAlive(process_: number): boolean {
  if (!Number.isSafeInteger(process_) || process_ <= 0) return false;
  try {
    process.kill(process_, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
