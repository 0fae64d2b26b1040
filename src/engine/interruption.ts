/**
 * Ctrl-C and its like inside of long work. JavaScript hears a signal only between two turns of its loop, and an attack
 * may be one turn of minutes; so once a signal has come, the next operator of every thread ends with INTERRUPTED.
 *
 * @module
 */
import { native } from './native.js';

/** After the first signal the process has so many seconds to save and end. */
const GRACE_SECONDS = 4;
/** Milliseconds between two looks of a thread that waits. */
const LOOK_EVERY = 50;

/**
 * Lets SIGINT, SIGTERM and SIGHUP stop the work in place of the process. A second one ends the process at once, and so
 * does the end of the grace, whatever it is at.
 *
 * @param onSignal called once, when the loop has a turn
 * @returns what gives the signals back
 */
export function catchSignals(onSignal: () => void): () => void {
  native.catchSignals(GRACE_SECONDS);
  const look = setInterval(() => {
    if (!native.stopRequested()) return;
    clearInterval(look);
    onSignal();
  }, LOOK_EVERY);
  look.unref();
  return () => {
    clearInterval(look);
    native.releaseSignals();
  };
}

/** Until it is disposed of, no signal interrupts this thread's work: for what must not be left half done. */
export function holdSignals(): Disposable {
  return interruption(false);
}

/**
 * Until it is disposed of, a signal ends this thread's work: inside of {@link holdSignals}, what leaves nothing half
 * done.
 */
export function allowSignals(): Disposable {
  return interruption(true);
}

function interruption(enabled: boolean): Disposable {
  const before = native.setInterruptible(enabled);
  return {
    [Symbol.dispose]: () => {
      native.setInterruptible(before);
    },
  };
}
