/**
 * What a run does right now.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { RunFolder } from '../monitoring/run-folder.js';
import type { RunStatus } from './protocol.js';

/** @param known what its files say */
export function runStatus(
  folder: RunFolder,
  known: { readonly trained: boolean; readonly evaluated: boolean },
): RunStatus {
  const holder = livingHolder(folder);
  if (holder !== undefined) return { state: known.trained ? 'evaluating' : 'training', holder };
  if (known.evaluated) return { state: 'finished' };
  return { state: known.trained ? 'trained' : 'stopped' };
}

/**
 * Who has the run's lock. A process that was killed leaves the lock's file behind, so of this host its process is
 * looked for; taking the lock to see would be in the way of a run that starts.
 */
function livingHolder(folder: RunFolder): string | undefined {
  for (const name of ['lock', 'lock-held']) {
    const [, holder, pid, host] =
      /^((?:process )(\d+) on (.+?), since \S+)/.exec(firstLine(join(folder.path, name))) ?? [];
    if (holder !== undefined && (host !== hostname() || lives(Number(pid)))) return holder;
  }
  return undefined;
}

function firstLine(path: string): string {
  try {
    return readFileSync(path, 'utf8').slice(0, 200).split('\n')[0]!;
  } catch {
    return '';
  }
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0); // no signal: whether there is such a process
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // somebody else's
  }
}
