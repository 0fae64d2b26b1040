/**
 * Options of a call: programs in JavaScript may write anything.
 *
 * @module
 */
import { describeValue, SaddlepointError } from './errors.js';
import { nearest } from './nearest.js';

/**
 * Refuses an option that a call does not have, which would else be ignored.
 *
 * @param call its name, for the message
 * @param given what stands where the options are expected
 * @param known every option; a type such as `Record<keyof Options, true>` keeps it complete
 * @throws SaddlepointError ARGUMENT, with the nearest known name
 */
export function requireOptions(call: string, given: unknown, known: Readonly<Record<string, true>>): void {
  const names = Object.keys(known);
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new SaddlepointError(
      'ARGUMENT',
      `expected the options of ${call} as an object out of ${names.join(', ')}, received ${describeValue(given)}`,
    );
  }
  refuseStray(call, given, names);
}

/**
 * Refuses the first option that is given and not known; one that is undefined is none.
 *
 * @param owner what has the known options, for the message
 * @throws SaddlepointError ARGUMENT, with the nearest known name
 */
export function refuseStray(owner: string, given: object, known: readonly string[]): void {
  const stray = Object.entries(given).find(([name, value]) => value !== undefined && !known.includes(name))?.[0];
  if (stray === undefined) return;
  const guess = nearest(stray, known);
  throw new SaddlepointError(
    'ARGUMENT',
    `expected no ${stray} for ${owner}, which has no such option, received it` +
      `${guess === undefined ? '.' : `; did you mean ${guess}?`} It has ${known.join(', ')}`,
  );
}
