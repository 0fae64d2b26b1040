/**
 * A small evaluation in a process of its own, which may be killed at any moment.
 *
 * @module
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Outcome {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stderr: string;
}

const child = fileURLToPath(new URL('./children/evaluation.ts', import.meta.url));
const loader = new URL('../support/typescript.mjs', import.meta.url).href;

/**
 * Evaluates in this folder, from where an earlier process was killed.
 *
 * @param delay kills the process so many milliseconds after its journal has grown; without it nothing does
 */
export function evaluateIn(folder: string, delay?: number, environment: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  const journal = join(folder, 'state', 'journal.jsonl');
  const size = () => (existsSync(journal) ? statSync(journal).size : 0);
  const before = size();
  const inherited = Object.entries(process.env).filter(([name]) => !/^(NODE_OPTIONS|VITEST.*)$/.test(name));
  const values = ['--import', loader, child, join(folder, 'state'), join(folder, 'result.json')];
  const running = spawn(process.execPath, values, {
    env: { ...Object.fromEntries(inherited), ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  running.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const watch = setInterval(() => {
    if (delay === undefined || size() === before) return;
    clearInterval(watch);
    setTimeout(() => running.kill('SIGKILL'), delay);
  }, 1);
  return new Promise((resolve, reject) => {
    running.once('error', reject);
    running.once('close', (code, signal) => {
      clearInterval(watch);
      resolve({ code, signal, stderr });
    });
  });
}

/** What an evaluation leaves: its result without times, and the adversarial images' bytes. */
export function leftIn(folder: string): { result: string; images: string } {
  return {
    result: readFileSync(join(folder, 'result.json'), 'utf8'),
    images: readFileSync(join(folder, 'state', 'adversarial.safetensors')).toString('base64'),
  };
}
