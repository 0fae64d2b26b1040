/**
 * Every error Saddlepoint throws on purpose: one base class with a `code`, and a message that says what
 * was expected, what was received and what to do.
 *
 * @module
 */

/** The kinds of failure; the command line maps them to exit codes. */
export type ErrorCode =
  | 'ARGUMENT' // a value, shape, dtype or device that the function cannot take
  | 'DISPOSED' // a tensor or generator used after its end
  | 'MEMORY' // the device has no room
  | 'TORCH' // LibTorch refused the operation
  | 'ENGINE' // the addon or LibTorch cannot be loaded, or does not fit
  | 'RECIPE' // a recipe or an option on the command line
  | 'DATA' // a data set that is missing, truncated or not what it says
  | 'CHECKPOINT' // a file of weights or state that does not fit
  | 'ATTACK' // an attack broke its contract (budget or box)
  | 'NUMERIC' // a loss or logit that is not a number
  | 'EVALUATION' // a number that could not be believed, so it is not issued
  | 'FILE' // a file that cannot be read or written
  | 'INTERRUPTED' // a signal asked to stop
  | 'STOPPED' // the work ended early where it was asked to, with what is done saved
  | 'INTERNAL'; // a fault of ours

/** The base of all errors of this project. */
export class SaddlepointError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SaddlepointError';
    this.code = code;
  }
}

/** A class with a method of this name says itself what messages call it. */
export const DESCRIPTION = Symbol('description');

/** Describes a value for the "received" part of a message, short and never empty. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'symbol') return 'a symbol';
  const described = value as { [DESCRIPTION]?: () => string };
  if (described[DESCRIPTION] !== undefined) return described[DESCRIPTION]();
  // A null prototype, or one without a constructor, has no name.
  const prototype = Object.getPrototypeOf(value) as { constructor?: { name: string } } | null;
  const name = prototype?.constructor?.name ?? 'Object';
  return name === 'Object' ? 'an object' : `a ${name}`;
}

/** Throws an ARGUMENT error unless `value` is a finite number in [minimum, maximum]. */
export function requireNumber(name: string, value: unknown, minimum = -Infinity, maximum = Infinity): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < minimum || value > maximum) {
    throw new SaddlepointError(
      'ARGUMENT',
      `expected ${name} to be ${range('a number', minimum, maximum)}, received ${describeValue(value)}`,
    );
  }
  return value;
}

/** Throws an ARGUMENT error unless `value` is a whole number in [minimum, maximum]. */
export function requireInteger(name: string, value: unknown, minimum = -Infinity, maximum = Infinity): number {
  if (!Number.isSafeInteger(value) || (value as number) < minimum || (value as number) > maximum) {
    throw new SaddlepointError(
      'ARGUMENT',
      `expected ${name} to be ${range('a whole number', minimum, maximum)}, received ${describeValue(value)}`,
    );
  }
  return value as number;
}

function range(kind: string, minimum: number, maximum: number): string {
  if (minimum === -Infinity && maximum === Infinity) return kind;
  if (maximum === Infinity) return `${kind} of at least ${minimum}`;
  if (minimum === -Infinity) return `${kind} of at most ${maximum}`;
  return `${kind} from ${minimum} to ${maximum}`;
}
