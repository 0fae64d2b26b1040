/**
 * An evaluation that is killed again and again comes to the same result, byte for byte, as one that is left alone.
 *
 * @module
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/folders.js';

const child = fileURLToPath(new URL('./children/evaluation.ts', import.meta.url));
const loader = new URL('../support/typescript.mjs', import.meta.url).href;
const KILLS = 12;

/** Runs the evaluation; kills it `delay` ms after its journal has grown, when one is given. */
function evaluate(
  folder: string,
  delay?: number,
): Promise<{ code: number | null; signal: string | null; stderr: string }> {
  const journal = join(folder, 'state', 'journal.jsonl');
  const size = () => (existsSync(journal) ? statSync(journal).size : 0);
  const before = size();
  const inherited = Object.entries(process.env).filter(([name]) => !/^(NODE_OPTIONS|VITEST.*)$/.test(name));
  const values = ['--import', loader, child, join(folder, 'state'), join(folder, 'result.json')];
  const running = spawn(process.execPath, values, {
    env: Object.fromEntries(inherited),
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

test(`killed ${KILLS} times with SIGKILL: the same JSON as undisturbed`, { timeout: 600_000 }, async () => {
  const [undisturbed, disturbed] = [temporaryFolder(), temporaryFolder()];
  expect(await evaluate(undisturbed)).toMatchObject({ code: 0, stderr: '' });
  let kills = 0;
  let outcome = await evaluate(disturbed, 0);
  while (outcome.signal === 'SIGKILL') {
    kills += 1;
    // Anywhere in the chunks that follow: while it attacks, while it writes images, or between the two.
    outcome = kills < KILLS ? await evaluate(disturbed, (kills * 7) % 20) : await evaluate(disturbed);
  }
  expect(outcome).toMatchObject({ code: 0, stderr: '' });
  expect(kills).toBeGreaterThanOrEqual(10);
  expect(readFileSync(join(disturbed, 'result.json'), 'utf8')).toBe(
    readFileSync(join(undisturbed, 'result.json'), 'utf8'),
  );
  const images = (folder: string) => readFileSync(join(folder, 'state', 'adversarial.safetensors'));
  expect(images(disturbed).equals(images(undisturbed))).toBe(true);
});
