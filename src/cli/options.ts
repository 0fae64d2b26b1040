/**
 * Values of command-line options, checked as they are read.
 *
 * @module
 */
import { InvalidArgumentError } from 'commander';
import { parseBudget } from '../attacks/budget.js';

/** A whole number of at least `minimum`. */
export function wholeNumber(minimum: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < minimum)
      throw new InvalidArgumentError(`expected a whole number of at least ${minimum}.`);
    return value;
  };
}

/** A budget as people write it: 0.03 or 8/255. */
export function budget(text: string): number {
  const value = parseBudget(text);
  if (value === undefined) throw new InvalidArgumentError('expected a positive number or a fraction such as 8/255.');
  return value;
}

/** Collects an option that may be given many times. */
export function collect(value: string, previous: readonly string[]): string[] {
  return [...previous, value];
}
