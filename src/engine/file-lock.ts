/**
 * A lock on a folder that the system itself keeps: it ends with the process that holds it, however that ends, so that
 * none is ever stale, and on a shared file system it counts for the processes of other hosts and containers, too.
 *
 * @module
 */
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { native } from './native.js';

/** `alone`: nobody else has the lock; `together`: only others of that kind. */
export type LockKind = 'alone' | 'together';

/** A lock that is held until {@link release}. */
export interface FileLock {
  readonly release: () => void;
}

/** Who has the lock, in words, e.g. `process 12 on host a, since …`. */
export interface LockHolder {
  readonly holder: string;
}

/**
 * Takes the lock, or says who has it. What holds a lock for the first time makes its file, and the last one removes it.
 *
 * @param path of the lock's file, in a folder that is there
 * @throws the system's own error when the file cannot be made
 */
export function takeLock(path: string, kind: LockKind = 'alone'): FileLock | LockHolder {
  for (;;) {
    const file = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o666);
    const answer = native.lockFile(file, kind === 'alone');
    if (answer === 'taken') {
      // Between our opening it and locking it, the one before us may have removed the file: a lock on it would be
      // nobody's.
      if (isStill(path, file)) {
        write(file, describeOurselves(kind));
        return {
          release: () => {
            release(path, file);
          },
        };
      }
      closeSync(file);
    } else {
      closeSync(file);
      return answer === 'held' ? { holder: readHolder(path) } : takeWithoutLocks(path, kind);
    }
  }
}

function release(path: string, file: number): void {
  // Where others share it, the last of them removes it.
  if (native.lockFile(file, true) === 'taken' && isStill(path, file)) rmSync(path, { force: true });
  closeSync(file);
}

/**
 * On a file system without locks: a file that only one can make. Nobody can tell whether a process on another host
 * still lives, so nobody takes it away.
 */
function takeWithoutLocks(path: string, kind: LockKind): FileLock | LockHolder {
  const made = `${path}-held`;
  try {
    const file = openSync(made, 'wx');
    write(file, describeOurselves(kind));
    closeSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return { holder: `${readHolder(made)} (this file system has no locks: if that process has ended, remove ${made})` };
  }
  return {
    release: () => {
      for (const file of [made, path]) rmSync(file, { force: true });
    },
  };
}

function isStill(path: string, file: number): boolean {
  const [ours, there] = [fstatSync(file), statSync(path, { throwIfNoEntry: false })];
  return there?.ino === ours.ino && there.dev === ours.dev;
}

/** Who it is, in words; below it how they have the lock. */
function describeOurselves(kind: LockKind): string {
  return `process ${process.pid} on ${hostname()}, since ${new Date().toISOString()}\n${kind}\n`;
}

function write(file: number, text: string): void {
  ftruncateSync(file);
  writeSync(file, text, 0);
}

/** One line, whatever lies there. */
function readHolder(path: string): string {
  try {
    return readFileSync(path, 'utf8').slice(0, 200).split('\n')[0]! || 'another process';
  } catch {
    return 'another process'; // gone meanwhile
  }
}
