/**
 * Catches our errors, for tests of what they say.
 *
 * @module
 */
import { SaddlepointError } from '../../src/engine/errors.js';

/** The error a call throws; fails when it throws none, or one that is not ours. */
export function failureOf(call: () => unknown): SaddlepointError {
  try {
    call();
  } catch (error) {
    if (error instanceof SaddlepointError) return error;
    throw new Error(`expected a SaddlepointError, received ${String(error)}`, { cause: error });
  }
  throw new Error('expected an error, received none');
}
