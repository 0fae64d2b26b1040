/**
 * One reader against broken files, in processes of its own: what ends one, or takes too long, is caught and the rest goes on.
 *
 * @module
 */
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ChildReport, Finding } from './read-broken.js';

/** Of processor time, for one input: a machine under load makes nothing hang. */
const MAXIMUM_SECONDS = 5;
/** By the clock: of one input that waits for something that never comes, and of a process that starts. */
const WAITING_SECONDS = 120;
const IN_MEMORY = '/dev/shm';
/** What one child compiled, for all that come after it. */
const transpiled = mkdtempSync(join(scratch(), 'saddlepoint-transpiled-'));
process.once('exit', () => rmSync(transpiled, { recursive: true, force: true }));
const loader = new URL('../support/typescript.mjs', import.meta.url).href;
const child = fileURLToPath(new URL('./read-broken.ts', import.meta.url));

/**
 * @param keep a folder for the inputs that something was found with
 */
export async function readFiles(reader: string, seed: number, count: number, keep: string): Promise<ChildReport> {
  const folder = mkdtempSync(join(scratch(), 'saddlepoint-campaign-'));
  let total: ChildReport = { done: 0, read: 0, slowestSeconds: 0, largestMiB: 0, findings: [] };
  try {
    while (total.done < count) {
      const first = total.done;
      const outcome = await runChild([reader, String(seed), String(first), String(count - first), folder], folder);
      if (typeof outcome !== 'string') {
        total = add(total, outcome);
        continue;
      }
      // It ended, or was ended, in the middle: that input is the finding, and the next process begins after it.
      const number = Number(readNumber(folder) ?? first);
      const finding: Finding = { number, what: outcome };
      mkdirSync(keep, { recursive: true });
      copyFileSync(join(folder, 'input'), join(keep, `${reader.replaceAll(/\W+/g, '-')}-${seed}-${number}`));
      total = add(total, { done: number - first + 1, read: 0, slowestSeconds: 0, largestMiB: 0, findings: [finding] });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return total;
}

/** In memory where Linux has room for it there: a disk takes milliseconds for a file that is written anew. */
function scratch(): string {
  return existsSync(IN_MEMORY) ? IN_MEMORY : tmpdir();
}

function add(a: ChildReport, b: ChildReport): ChildReport {
  return {
    done: a.done + b.done,
    read: a.read + b.read,
    slowestSeconds: Math.max(a.slowestSeconds, b.slowestSeconds),
    largestMiB: Math.max(a.largestMiB, b.largestMiB),
    findings: [...a.findings, ...b.findings],
  };
}

function readNumber(folder: string): string | undefined {
  try {
    return readFileSync(join(folder, 'number'), 'utf8');
  } catch {
    return undefined;
  }
}

/** The report of a child, or what ended it. */
function runChild(values: readonly string[], folder: string): Promise<ChildReport | string> {
  rmSync(join(folder, 'number'), { force: true });
  const process_ = spawn(process.execPath, ['--import', loader, child, ...values], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { SADDLEPOINT_TRANSPILED: transpiled, ...process.env },
  });
  const text = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    process_[stream].setEncoding('utf8').on('data', (part: string) => (text[stream] += part));
  }
  let [number, since, spent, hung] = ['', performance.now(), 0, ''];
  const watch = setInterval(() => {
    const now = readNumber(folder) ?? '';
    const used = processorSeconds(process_.pid);
    if (now !== number) [number, since, spent] = [now, performance.now(), used];
    if (now !== '' && used - spent >= MAXIMUM_SECONDS) hung = `${MAXIMUM_SECONDS} seconds of processor time`;
    else if (performance.now() - since >= 1000 * WAITING_SECONDS) hung = `${WAITING_SECONDS} seconds`;
    else return;
    process_.kill('SIGKILL');
  }, 250);
  return new Promise((resolve, reject) => {
    process_.once('error', reject);
    process_.once('close', (code, signal) => {
      clearInterval(watch);
      if (hung !== '') resolve(`${number === '' ? 'not begun' : 'not read'} within ${hung}`);
      else if (code === 0) resolve(JSON.parse(text.stdout) as ChildReport);
      else resolve(`the process ended with ${signal ?? `code ${code}`}: ${text.stderr.slice(-400)}`);
    });
  });
}

/** Of a process so far; 0 where the system does not tell. */
function processorSeconds(id: number | undefined): number {
  try {
    // The command's name may have spaces in it; ticks are hundredths of a second.
    const fields = readFileSync(`/proc/${id}/stat`, 'utf8').split(') ')[1]!.split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}
