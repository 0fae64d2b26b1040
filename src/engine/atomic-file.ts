/**
 * Files that are whole or not there: written under a temporary name that nobody can guess, forced to disk, then
 * renamed.
 *
 * @module
 */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { SaddlepointError } from './errors.js';
import { makeFolder } from './folders.js';
import { sweepOnce, temporaryName } from './temporary-files.js';

/**
 * Writes the parts, one after the other, to `path`. A reader sees the old file or the new one, never a
 * part of it, also after a crash. Its folder is made where it is missing.
 *
 * @throws SaddlepointError FILE when the disk is full or the folder cannot be written; an earlier file stays
 */
export function writeFileAtomically(path: string, ...parts: readonly (string | Uint8Array)[]): void {
  const temporary = temporaryName(path);
  try {
    makeFolder(dirname(path));
    sweepOnce(dirname(path));
    const file = openSync(temporary, 'wx'); // nothing may be there, not even a link
    try {
      for (const part of parts) writeAll(file, typeof part === 'string' ? Buffer.from(part) : part);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
    syncFolder(dirname(path));
  } catch (cause) {
    removeIfThere(temporary);
    const { code } = cause as NodeJS.ErrnoException;
    const reason = code === 'ENOSPC' ? 'the disk is full' : (cause as Error).message;
    throw new SaddlepointError(
      'FILE',
      `${path} cannot be written: ${reason}. An earlier file of that name is as it was`,
      { cause },
    );
  }
}

function removeIfThere(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Its folder is none: there is nothing to remove, and the first error says more.
  }
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let offset = 0; offset < bytes.length;) offset += writeSync(file, bytes, offset);
}

/** Makes the rename itself durable. */
function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
