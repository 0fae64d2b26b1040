/**
 * What the system says of a file that cannot be written, as one clear error.
 *
 * @module
 */
import { SaddlepointError } from '../../engine/index.js';

/** @throws SaddlepointError FILE for an error of the file system */
export function orFileError<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof SaddlepointError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    const reason = code === 'ENOSPC' ? 'the disk is full' : (cause as Error).message;
    throw new SaddlepointError('FILE', `${path} cannot be written: ${reason}. What was saved before is as it was`, {
      cause,
    });
  }
}
