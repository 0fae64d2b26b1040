/**
 * Where a run of that name lies.
 *
 * @module
 */
import { join, normalize } from 'node:path';
import { SaddlepointError } from '../engine/index.js';

/**
 * The folder of the run `name`, which may lie in folders of its own: `first` or `series/first`.
 *
 * @throws SaddlepointError ARGUMENT for a name that is no path inside of `runs`: the folder itself, one above it, one
 *   elsewhere
 */
export function runPath(runs: string, name: string): string {
  const parts = name.split(/[/\\]/);
  const inside = parts.every((part) => part.trim() !== '' && part !== '.' && part !== '..');
  if (inside && !name.includes('\0') && !/^[A-Za-z]:/.test(name)) return join(runs, normalize(name));
  throw new SaddlepointError(
    'ARGUMENT',
    `expected a run's name that is a path inside of ${runs}, e.g. first or series/first, received ${JSON.stringify(name)}`,
  );
}
