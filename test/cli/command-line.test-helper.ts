/**
 * Runs the built command line as a user does, and makes a small data set for it.
 *
 * @module
 */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../support/folders.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly environment?: NodeJS.ProcessEnv;
  /** Interrupts the process, once, as soon as this has become true. */
  readonly interruptWhen?: () => boolean;
  /** Default: SIGINT. */
  readonly interruptBy?: NodeJS.Signals;
}

/** Runs `saddlepoint` with these values and waits for its end. */
export function saddlepoint(values: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(NODE_OPTIONS|VITEST.*)$/.test(name));
  const child = spawn(process.execPath, [join(root, 'bin', 'saddlepoint.mjs'), ...values], {
    cwd: root,
    env: { ...Object.fromEntries(inherited), OMP_NUM_THREADS: '1', NO_COLOR: '1', ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (chunk: string) => (text[stream] += chunk));
  }
  const { interruptWhen, interruptBy = 'SIGINT' } = options;
  const watch = setInterval(() => {
    if (interruptWhen?.() !== true) return;
    clearInterval(watch);
    child.kill(interruptBy);
  }, 10);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      clearInterval(watch);
      resolve({ code, ...text });
    });
  });
}

/** The bytes of an IDX file. */
function idx(sizes: readonly number[], byte: (index: number) => number): Buffer {
  const header = Buffer.alloc(4 + 4 * sizes.length);
  header.writeUInt8(8, 2);
  header.writeUInt8(sizes.length, 3);
  sizes.forEach((size, i) => header.writeUInt32BE(size, 4 + 4 * i));
  const size = sizes.reduce((product, length) => product * length, 1);
  return Buffer.concat([header, Buffer.from(Uint8Array.from({ length: size }, (_, i) => byte(i)))]);
}

/**
 * A folder with the four files of Fashion-MNIST, of 200 and 40 images of 8 × 8 whose class can be seen.
 *
 * @param test how many test images, and what is written as the label of one of a class
 */
export function smallDataset(test = { examples: 40, label: (seen: number) => seen }): string {
  const folder = temporaryFolder();
  for (const [prefix, examples] of [
    ['train', 200],
    ['t10k', test.examples],
  ] as const) {
    const label = (example: number) => (example * 3 + Math.floor(example / 7)) % 10;
    const pixel = (i: number) => (i % 64 < 4 + 6 * label(Math.floor(i / 64)) ? 230 : (i * 40503) % 60);
    writeFileSync(join(folder, `${prefix}-images-idx3-ubyte`), idx([examples, 8, 8], pixel));
    writeFileSync(
      join(folder, `${prefix}-labels-idx1-ubyte`),
      idx([examples], (i) => (prefix === 't10k' ? test.label(label(i)) : label(i))),
    );
  }
  return folder;
}

/** A recipe for {@link smallDataset}: two epochs of 20 steps. */
export const SMALL_RECIPE = `
dataset: { name: fashion-mnist, validation: 40 }
model: { architecture: small-cnn, options: { resolution: 8, width: 4, hidden: 16 } }
training: { method: adversarial, epochs: 2, batchSize: 8, attack: { epsilon: 8/255, steps: 2 } }
schedule: { name: one-cycle, rate: 0.05 }
evaluation: { examples: 40, attack: { epsilon: 8/255, steps: 4 }, restarts: 2, curve: [4/255] }
`;

export function fileWith(name: string, text: string | Uint8Array): string {
  const folder = join(temporaryFolder(), 'files');
  mkdirSync(folder);
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}
