/**
 * What lies at a path that names a network: a run, a checkpoint of ours, or anybody's weights.
 *
 * @module
 */
import { existsSync, statSync } from 'node:fs';
import { describeValue, SaddlepointError } from '../engine/index.js';
import { RunFolder } from '../monitoring/index.js';
import { isOwnCheckpoint } from '../training/index.js';
import { isZooPath, zooFile, zooName } from './zoo/index.js';

export type NetworkPlace =
  | { readonly kind: 'run'; readonly folder: RunFolder }
  /** A file that says itself which network it holds. */
  | ({ readonly kind: 'checkpoint' } & NetworkFile)
  | ({ readonly kind: 'weights' } & NetworkFile);

interface NetworkFile {
  readonly file: string;
  /** Its name in a zoo that it is from. */
  readonly zoo?: string;
}

/**
 * @param path of a folder or a file, whose `.safetensors` may be left out; or `zoo:` and a name, see {@link zooFile}
 * @param architecture that somebody names: then the file's own word does not count
 * @param given what somebody says of the network, as it was written
 * @throws SaddlepointError CHECKPOINT when there is nothing; ARGUMENT for what a run or a checkpoint says itself; as
 *   {@link zooFile}
 */
export function networkPlace(path: string, architecture: string | undefined, given: readonly string[]): NetworkPlace {
  if (typeof path !== 'string') {
    const received = describeValue(path);
    throw new SaddlepointError(
      'ARGUMENT',
      `expected the path of a run folder or a file of weights, received ${received}`,
    );
  }
  if (isZooPath(path)) return { ...fileAt(zooFile(path), architecture, given), zoo: zooName(path) };
  const file = [path, `${path}.safetensors`].find((candidate) => existsSync(candidate));
  if (file === undefined)
    throw new SaddlepointError('CHECKPOINT', `expected a run folder or a file of weights at ${path}, found nothing`);
  if (statSync(file).isDirectory()) return runAt(file, given);
  return fileAt(file, architecture, given);
}

function fileAt(file: string, architecture: string | undefined, given: readonly string[]) {
  if (architecture !== undefined || !isOwnCheckpoint(file)) return { kind: 'weights', file } as const;
  refuse('a checkpoint of ours', given);
  return { kind: 'checkpoint', file } as const;
}

function runAt(path: string, given: readonly string[]): NetworkPlace {
  const folder = new RunFolder(path);
  if (!existsSync(folder.recipe)) {
    const message =
      `expected a run folder, with its recipe.yaml, or a file of weights at ${path}, ` + 'found a folder without';
    throw new SaddlepointError('CHECKPOINT', message);
  }
  refuse('a run', given);
  return { kind: 'run', folder };
}

function refuse(what: string, [given]: readonly string[]): void {
  if (given === undefined) return;
  throw new SaddlepointError('ARGUMENT', `expected no ${given}: ${what} says itself what it is`);
}
