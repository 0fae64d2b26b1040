/**
 * What a thread that asks another one needs: whether the other is still there, and what went wrong in it, as plain
 * data.
 *
 * @module
 */
import { SaddlepointError, type ErrorCode } from './errors.js';
import { native } from './native.js';

/** An error on its way to another thread. */
export interface ThreadFailure {
  /** Of a SaddlepointError. */
  readonly code: ErrorCode | undefined;
  readonly message: string;
  readonly stack: string;
}

/** Of the calling thread: never the same again. */
export function threadNumber(): number {
  return native.environment();
}

/** Whether the thread of that number is still there, also where this one has heard nothing of its end. */
export function threadLives(number: number): boolean {
  return native.environmentLives(number);
}

/** An error as plain data, for another thread. */
export function describeFailure(error: unknown): ThreadFailure {
  const { message = String(error), stack = '' } = error instanceof Error ? error : {};
  return { code: error instanceof SaddlepointError ? error.code : undefined, message, stack };
}

/** The error as it was, with its code. */
export function errorOf({ code, message, stack }: ThreadFailure): Error {
  const error = code === undefined ? new Error(message) : new SaddlepointError(code, message);
  error.stack = stack;
  return error;
}

/** What a thread's end means where nobody asked for it; `cause` is what Node says of it, if anything. */
export function endedEarly(who: string, cause?: Error): Error {
  const { code } = (cause ?? {}) as NodeJS.ErrnoException;
  // On its way from the thread an error loses its class, not its name and code.
  if (cause?.name === 'SaddlepointError')
    return errorOf({ code: code as ErrorCode, message: cause.message, stack: cause.stack ?? '' });
  if (cause !== undefined && code !== 'ERR_WORKER_OUT_OF_MEMORY') return cause;
  return new SaddlepointError(
    'MEMORY',
    `${who} ended before it answered, most likely for want of memory. Allow more (NODE_OPTIONS=--max-old-space-size=<MiB>), or split the work less`,
    { cause },
  );
}
