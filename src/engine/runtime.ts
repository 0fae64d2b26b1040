/**
 * What the engine runs on, and what it holds.
 *
 * @module
 */
import { native } from './native.js';

export interface MemoryCounters {
  /** Tensors alive now. */
  readonly live: number;
  /** The most tensors alive at once. */
  readonly peak: number;
  /** Tensors made since the engine loaded. */
  readonly created: number;
  /** Bytes of the storages behind the live tensors; views of one storage count once. */
  readonly bytes: number;
}

/** Counts what is alive; tests assert that it returns to where it began. */
export function memory(): MemoryCounters {
  return native.counters();
}

/** LibTorch's version, threads and devices as they are now. */
export function runtime(): ReturnType<typeof native.runtime> {
  return native.runtime();
}

/** Sets how many threads one operator may use. @throws SaddlepointError ARGUMENT outside 1 to 1024. */
export function setThreads(count: number): void {
  native.setThreads(count);
}

/** What `work` returns, with so many threads an operator while it runs. @throws SaddlepointError as {@link setThreads} */
export function withThreads<Result>(count: number, work: () => Result): Result {
  const before = runtime().threads;
  setThreads(count);
  try {
    return work();
  } finally {
    setThreads(before);
  }
}
