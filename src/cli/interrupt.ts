/**
 * Ctrl-C and SIGTERM: the first asks the work to stop and save, the second ends the process.
 *
 * @module
 */
import { catchSignals } from '../engine/index.js';

/**
 * Runs `work` with a signal that Ctrl-C aborts; in the middle of an attack, its next operator ends with INTERRUPTED.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const release = catchSignals(() => {
    process.stderr.write('\nstopping, with what is done saved; press Ctrl-C again to end at once\n');
    controller.abort();
  });
  try {
    return await work(controller.signal);
  } finally {
    release();
  }
}
