/**
 * Where time goes: how long each operator takes, backward passes included.
 *
 * @module
 */
import { native } from './native.js';

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
  /** The longest first. Of this thread; what the seconds have beyond their sum is JavaScript and the way to the operators. */
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
