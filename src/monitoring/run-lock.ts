/**
 * One process trains in a run folder, and nobody else works there meanwhile; several may evaluate what is trained.
 *
 * @module
 */
import { existsSync, mkdirSync, readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { SaddlepointError, takeLock, type FileLock, type LockKind } from '../engine/index.js';
import type { RunFolder } from './run-folder.js';

/**
 * Locks a run's folder, which is made where it is missing; when it is empty at the release, it goes again.
 *
 * @param kind `alone` for whoever trains, `together` for whoever evaluates
 * @throws SaddlepointError CHECKPOINT when another process has it; FILE when it cannot be made or written. Who
 *   evaluates in a folder that nobody can write needs no lock
 */
export function lockRun({ path }: RunFolder, kind: LockKind): FileLock {
  const made = !existsSync(path);
  const lock = orFileError(path, kind, () => {
    mkdirSync(path, { recursive: true });
    return takeLock(join(path, 'lock'), kind);
  });
  if ('holder' in lock) {
    throw new SaddlepointError(
      'CHECKPOINT',
      `${lock.holder}, works in the run folder ${path}. Wait for it${kind === 'alone' ? ', or give this run another --name' : ''}`,
    );
  }
  return {
    release: () => {
      lock.release();
      if (made && readdirSync(path).length === 0) rmdirSync(path);
    },
  };
}

function orFileError<Result>(path: string, kind: LockKind, work: () => Result): Result | FileLock {
  try {
    return work();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (kind === 'together' && (code === 'EROFS' || code === 'EACCES')) return { release: () => undefined };
    throw new SaddlepointError('FILE', `the run folder ${path} cannot be written: ${message}`, { cause });
  }
}
