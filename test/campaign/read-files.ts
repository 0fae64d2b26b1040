/**
 * One reader against broken files, in processes of its own: what ends one, or takes too long, is caught and the rest goes on.
 *
 * @module
 */
import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ChildReport, Finding } from './read-broken.js';

/** For one input; a machine under load is given more before it is called a hang. */
const MAXIMUM_SECONDS = 5;
const START_SECONDS = 60;
const loader = new URL('../support/typescript.mjs', import.meta.url).href;
const child = fileURLToPath(new URL('./read-broken.ts', import.meta.url));

/**
 * @param keep a folder for the inputs that something was found with
 */
export async function readFiles(reader: string, seed: number, count: number, keep: string): Promise<ChildReport> {
  const folder = mkdtempSync(join(tmpdir(), 'saddlepoint-campaign-'));
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
  });
  const text = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    process_[stream].setEncoding('utf8').on('data', (part: string) => (text[stream] += part));
  }
  let [number, since, hung] = ['', performance.now(), false];
  const watch = setInterval(() => {
    const now = readNumber(folder) ?? '';
    if (now !== number) [number, since] = [now, performance.now()];
    const limit = now === '' ? START_SECONDS : MAXIMUM_SECONDS;
    if (performance.now() - since < 1000 * limit) return;
    hung = true;
    process_.kill('SIGKILL');
  }, 250);
  return new Promise((resolve, reject) => {
    process_.once('error', reject);
    process_.once('close', (code, signal) => {
      clearInterval(watch);
      if (hung) resolve(`not read within ${number === '' ? START_SECONDS : MAXIMUM_SECONDS} seconds`);
      else if (code === 0) resolve(JSON.parse(text.stdout) as ChildReport);
      else resolve(`the process ended with ${signal ?? `code ${code}`}: ${text.stderr.slice(-400)}`);
    });
  });
}
