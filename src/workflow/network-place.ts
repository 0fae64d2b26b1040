/**
 * What lies at a path that names a network: a run, a checkpoint of ours, or anybody's weights.
 *
 * @module
 */
import { existsSync, statSync } from 'node:fs';
import { SaddlepointError } from '../engine/index.js';
import { RunFolder } from '../monitoring/index.js';
import { isOwnCheckpoint } from '../training/index.js';

export type NetworkPlace =
  | { readonly kind: 'run'; readonly folder: RunFolder }
  /** A file that says itself which network it holds. */
  | { readonly kind: 'checkpoint' }
  | { readonly kind: 'weights' };

/**
 * @param architecture that somebody names: then the file's own word does not count
 * @param given what somebody says of the network, as it was written
 * @throws SaddlepointError CHECKPOINT when there is nothing; ARGUMENT for what a run or a checkpoint says itself
 */
export function networkPlace(path: string, architecture: string | undefined, given: readonly string[]): NetworkPlace {
  if (!existsSync(path))
    throw new SaddlepointError('CHECKPOINT', `expected a run folder or a file of weights at ${path}, found nothing`);
  if (statSync(path).isDirectory()) {
    refuse('a run', given);
    return { kind: 'run', folder: new RunFolder(path) };
  }
  if (architecture !== undefined || !isOwnCheckpoint(path)) return { kind: 'weights' };
  refuse('a checkpoint of ours', given);
  return { kind: 'checkpoint' };
}

function refuse(what: string, [given]: readonly string[]): void {
  if (given === undefined) return;
  throw new SaddlepointError('ARGUMENT', `expected no ${given}: ${what} says itself what it is`);
}
