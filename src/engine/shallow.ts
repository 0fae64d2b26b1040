/**
 * How deeply a value out of a JSON file may be nested.
 *
 * @module
 */

/** Ours have ten levels. What compares and writes values works by recursion, and ends with the stack. */
const DEEPEST = 100;

/** Whether a value, as JSON has them, is nested no deeper than any of ours could be. */
export function isShallow(value: unknown, levels = DEEPEST): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((part) => isShallow(part, levels - 1));
}

/** For the message of a schema. */
export const SHALLOW = `expected at most ${DEEPEST} levels of nesting`;
