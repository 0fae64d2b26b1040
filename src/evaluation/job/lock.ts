/**
 * One process works on an evaluation.
 *
 * @module
 */
import { join } from 'node:path';
import { SaddlepointError, takeLock, type FileLock } from '../../engine/index.js';
import { orFileError } from './file-error.js';

/** @throws SaddlepointError CHECKPOINT where another process has the folder; FILE when it cannot be written */
export function lockEvaluation(path: string): FileLock {
  const file = join(path, 'lock');
  const lock = orFileError(file, () => takeLock(file));
  if ('release' in lock) return lock;
  throw new SaddlepointError('CHECKPOINT', `${lock.holder}, works on the evaluation in ${path}. Wait for it`);
}
