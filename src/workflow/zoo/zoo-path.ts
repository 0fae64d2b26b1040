/**
 * `zoo:<name>` in place of a network's path.
 *
 * @module
 */
import { spawnSync } from 'node:child_process';
import { compiledFile, SaddlepointError, type ErrorCode } from '../../engine/index.js';
import { fileHere } from './network-file.js';
import { findNetwork } from './zoo.js';
import { readZoo, zooLocation } from './zoo-location.js';

const PREFIX = 'zoo:';

/** What the process that downloads says. */
export type FetchingAnswer = { readonly path: string } | { readonly code: ErrorCode; readonly message: string };

/** Whether a path is of a network in a zoo. */
export function isZooPath(path: string): boolean {
  return path.startsWith(PREFIX);
}

/** `zoo:` taken off. */
export function zooName(path: string): string {
  return path.slice(PREFIX.length);
}

/**
 * The file of a network in a zoo, of SADDLEPOINT_ZOO or the one that comes with Saddlepoint. What is not on this
 * machine is downloaded, which the caller waits for.
 *
 * @param path `zoo:` and a name
 * @throws SaddlepointError ARGUMENT or DATA as {@link fetchNetwork}; INTERRUPTED by Ctrl-C
 */
export function zooFile(path: string): string {
  const location = zooLocation();
  const name = zooName(path);
  if (location.kind === 'file') {
    const here = fileHere(findNetwork(name, readZoo(location), location), location);
    if (here !== undefined) return here;
  }
  return fetchApart(name);
}

/** Loading a network is one synchronous call, and only another process can download meanwhile. */
function fetchApart(name: string): string {
  const { stdout, signal, error } = spawnSync(
    process.execPath,
    [compiledFile('workflow/zoo/fetching-process.js'), name],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
  );
  if (signal === 'SIGINT' || signal === 'SIGTERM')
    throw new SaddlepointError('INTERRUPTED', `stopped while ${name} was downloaded; the same command goes on`);
  const answer = answerIn(stdout);
  if (answer === undefined)
    throw new SaddlepointError('DATA', `${name} could not be downloaded: ${error?.message ?? 'its process has died'}`);
  if ('path' in answer) return answer.path;
  throw new SaddlepointError(answer.code, answer.message);
}

function answerIn(stdout: string): FetchingAnswer | undefined {
  try {
    return JSON.parse(stdout) as FetchingAnswer;
  } catch {
    return undefined;
  }
}
