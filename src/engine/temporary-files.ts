/**
 * Names for files that are there only while another is written. Nobody can guess one and lay a link there, and what a
 * killed process leaves behind is recognised and removed.
 *
 *     <path>.<machine>-<process>-<random>.tmp
 *
 * @module
 */
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

const NAME = /\.([0-9a-f]{12})-(\d+)-[0-9a-f]{16}\.tmp$/;
/** What a process elsewhere has not touched for so long is nobody's: writing a file takes seconds. */
const ABANDONED_MS = 60 * 60_000;

/** A name for a file beside `path`, to be opened so that nothing may be there (`wx`). */
export function temporaryName(path: string): string {
  return `${path}.${machine()}-${process.pid}-${randomBytes(8).toString('hex')}.tmp`;
}

const swept = new Set<string>();

/** Removes what dead processes left in a folder, once a process: later ones find the rest. */
export function sweepOnce(folder: string): void {
  if (swept.has(folder)) return;
  swept.add(folder);
  for (const name of readdirSync(folder)) {
    const [, owner, number] = NAME.exec(name) ?? [];
    if (owner !== undefined && isAbandoned(join(folder, name), owner, Number(number))) {
      rmSync(join(folder, name), { force: true });
    }
  }
}

function isAbandoned(path: string, owner: string, number: number): boolean {
  if (owner === machine()) return !isAlive(number);
  const status = statSync(path, { throwIfNoEntry: false });
  return status !== undefined && Date.now() - status.mtimeMs > ABANDONED_MS;
}

function isAlive(number: number): boolean {
  try {
    process.kill(number, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'; // of another user: alive
  }
}

let known: string | undefined;

/** Where a process number means the same process: this machine, since it started, and this container of it. */
function machine(): string {
  return (known ??= createHash('sha256')
    .update([hostname(), ...[bootOf, containerOf].map((ask) => askOrNothing(ask))].join('\n'))
    .digest('hex')
    .slice(0, 12));
}

const bootOf = (): string => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8');
const containerOf = (): string => readlinkSync('/proc/self/ns/pid');

function askOrNothing(ask: () => string): string {
  try {
    return ask();
  } catch {
    return ''; // not Linux
  }
}
