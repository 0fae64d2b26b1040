/**
 * Where time goes: how long each operator takes, backward passes included.
 *
 * @module
 */
import { SaddlepointError } from './errors.js';
import { native, nativeKernelProfile } from './native.js';

export interface OperatorTime {
  /** As LibTorch's dispatcher names it, e.g. `aten::add`. */
  readonly name: string;
  readonly calls: number;
  /** Of all calls, less what other operators took that they called. */
  readonly seconds: number;
}

export interface Profile<Result> {
  readonly result: Result;
  /** From beginning to end. */
  readonly seconds: number;
  /**
   * The longest first. Of this thread; what the seconds have beyond their sum is JavaScript and the way to the
   * operators.
   */
  readonly operators: readonly OperatorTime[];
}

/**
 * Runs work on the CPU and measures its operators. On a GPU it would measure their launches.
 *
 * @throws SaddlepointError ARGUMENT inside another profile
 */
export function profile<Result>(work: () => Result): Profile<Result> {
  native.profileBegin();
  const started = performance.now();
  let operators: OperatorTime[] = [];
  let result: Result;
  let seconds = 0;
  try {
    result = work();
  } finally {
    seconds = (performance.now() - started) / 1000;
    operators = native.profileEnd();
  }
  return { result, seconds, operators: operators.sort((one, other) => other.seconds - one.seconds) };
}

export interface KernelTime {
  /** As its library names it. */
  readonly name: string;
  readonly calls: number;
  /** Of all calls. */
  readonly seconds: number;
}

export interface KernelProfile<Result> {
  readonly result: Result;
  /** From beginning to end; what it has beyond the kernels' sum, the GPU had nothing to do. */
  readonly seconds: number;
  /** Kernels and copies of all streams, the longest first. */
  readonly kernels: readonly KernelTime[];
}

/**
 * Runs work on a GPU and measures its kernels, also those of CUDA graphs, by LibTorch's own profiler.
 *
 * @param work ends by waiting for the device, or what it launched last is not counted
 * @throws SaddlepointError ENGINE where LibTorch is older than 2.3
 */
export function profileKernels<Result>(work: () => Result): KernelProfile<Result> {
  const profiler = nativeKernelProfile;
  if (profiler === undefined) {
    throw new SaddlepointError('ENGINE', 'expected LibTorch 2.3 or newer to profile kernels, received an older one');
  }
  profiler.kernelProfileBegin();
  const started = performance.now();
  let kernels: KernelTime[] = [];
  let result: Result;
  let seconds = 0;
  try {
    result = work();
  } finally {
    seconds = (performance.now() - started) / 1000;
    kernels = profiler.kernelProfileEnd();
  }
  return { result, seconds, kernels: kernels.sort((one, other) => other.seconds - one.seconds) };
}
