/**
 * What the engine runs on, and what it holds.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import type { Device } from './dtypes.js';
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

/**
 * Sets how many threads one operator may use: of this thread's, and of every thread's matrix products, see
 * {@link setProductThreads}. @throws SaddlepointError ARGUMENT outside 1 to 1024
 */
export function setThreads(count: number): void {
  native.setThreads(count);
  native.setProductThreads(count);
}

/**
 * Sets how many threads one matrix product may use, whichever thread it is of: OpenBLAS, with which Debian's LibTorch
 * multiplies, has one number for the process. Only the thread that leads the others sets it, when none of them
 * multiplies; otherwise the number changes under them, and with it the last bits of the products.
 */
export function setProductThreads(count: number): void {
  native.setProductThreads(count);
}

/** Sets how many threads one operator of this thread's may use: for a thread that works beside others. */
export function setOwnThreads(count: number): void {
  native.setThreads(count);
}

/**
 * What `work` returns, with so many threads an operator while it runs. @throws SaddlepointError as {@link setThreads}
 */
export function withThreads<Result>(count: number, work: () => Result): Result {
  const before = runtime().threads;
  setThreads(count);
  try {
    return work();
  } finally {
    setThreads(before);
  }
}

/**
 * Lets cuDNN time its algorithms for every new shape and take the fastest: worth it where many batches of one size
 * come, as in training. Has no effect on a CPU.
 *
 * @returns whether it did so before
 */
export function tuneConvolutions(enabled: boolean): boolean {
  return native.tuneConvolutions(enabled);
}

/**
 * What our own convolutions ask of a layer: channels in multiples of a number (`native/convolution_limits.h`), and a
 * stride that is not larger than another.
 */
export function convolutionLimits(): ReturnType<typeof native.convolutionLimits> {
  return native.convolutionLimits();
}

/**
 * What `work` returns, with a GPU's float32 products and convolutions in TF32 while it runs: several times faster,
 * their factors rounded to 11 bits, sums in float32. Has no effect on a CPU.
 */
export function withTf32<Result>(work: () => Result): Result {
  const before = native.allowTf32(true);
  try {
    return work();
  } finally {
    native.allowTf32(before);
  }
}

/**
 * Whether it is worth trying bfloat16 on the device: a CPU without the instructions emulates it, many times slower.
 * Every GPU counts as one that has it; older ones are slower with it than without, as a measurement shows.
 */
export function hasBfloat16(device: Device): boolean {
  if (device !== 'cpu') return true;
  try {
    return /\b(avx512_bf16|amx_bf16|bf16)\b/.test(readFileSync('/proc/cpuinfo', 'utf8'));
  } catch {
    return false; // not a Linux
  }
}
