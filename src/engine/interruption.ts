/**
 * Ctrl-C and its like inside of long work. JavaScript hears a signal only between two turns of its loop, and an attack may be
 * one turn of minutes; so once a signal has come, the next operator of every thread ends with INTERRUPTED.
 *
 * @module
 */
import { native } from './native.js';

/** After the first signal the process has so many seconds to save and end. */
const GRACE_SECONDS = 4;
/** Milliseconds between two looks of a thread that waits. */
const LOOK_EVERY = 50;

/**
 * Lets SIGINT, SIGTERM and SIGHUP stop the work in place of the process. A second one ends the process at once, and so does
 * the end of the grace, whatever it is at.
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

/** Whether a signal has asked to stop, also where the loop had no turn since. */
export function stopRequested(): boolean {
  return native.stopRequested();
}

/** What `work` returns, which no signal interrupts: for what must not be left half done. */
export function uninterrupted<Result>(work: () => Result): Result {
  return withInterruption(false, work);
}

/** What `work` returns, which a signal may end: the part of uninterrupted work that leaves nothing behind. */
export function interruptibly<Result>(work: () => Result): Result {
  return withInterruption(true, work);
}

function withInterruption<Result>(enabled: boolean, work: () => Result): Result {
  const before = native.setInterruptible(enabled);
  try {
    return work();
  } finally {
    native.setInterruptible(before);
  }
}
