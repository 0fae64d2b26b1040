/**
 * What a run does right now.
 *
 * @module
 */
import { closeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { openFile, readAt } from '../engine/read-file.js';
import type { RunFolder } from '../monitoring/run-folder.js';
import type { RunStatus } from './protocol.js';

/** In bytes; ours are shorter, and what lies there may be anything. */
const LONGEST_LOCK = 400;

/** @param known what its files say */
export function runStatus(
  folder: RunFolder,
  known: { readonly trained: boolean; readonly evaluated: boolean },
): RunStatus {
  const holder = livingHolder(folder);
  // Who shares the lock evaluates what is there, or attacks with it; who has it alone trains, and evaluates then.
  if (holder !== undefined) {
    return { state: known.trained || holder.isShared ? 'evaluating' : 'training', holder: holder.words };
  }
  if (known.evaluated) return { state: 'finished' };
  return { state: known.trained ? 'trained' : 'stopped' };
}

/**
 * Who has the run's lock. A process that was killed leaves the lock's file behind, so of this host its process is
 * looked for; taking the lock to see would be in the way of a run that starts.
 */
function livingHolder(folder: RunFolder): { readonly words: string; readonly isShared: boolean } | undefined {
  for (const name of ['lock', 'lock-held']) {
    const [first = '', kind] = beginOf(join(folder.path, name)).split('\n');
    const [, words, pid, host] = /^(process (\d+) on (.+?), since \S+)/.exec(first) ?? [];
    if (words === undefined || (host === hostname() && !lives(Number(pid)))) continue;
    return { words, isShared: kind === 'together' };
  }
  return undefined;
}

function beginOf(path: string): string {
  try {
    const { file, size } = openFile(path);
    try {
      return readAt(file, 0, Math.min(size, LONGEST_LOCK)).toString('utf8');
    } finally {
      closeSync(file);
    }
  } catch {
    return ''; // nobody has it, or it is none
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
