/**
 * Somebody's own project, in which Saddlepoint is installed from its tarball, and the programs they write there.
 *
 * @module
 */
import { spawn } from 'node:child_process';
import { chmodSync, copyFileSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ADDON, readEngine, recordEngine } from '../../scripts/setup/addon.mjs';
import { placesOf } from '../../scripts/setup/places.mjs';
import { temporaryFolder } from '../support/folders.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Attacks two images with a network of its own, and prints how many they were and how many tensors that left alive. */
const ATTACK = `
const model = createModel({ architecture: 'small-cnn', options: { resolution: 8, width: 4, hidden: 16 } }, 0);
const attack = createAttack({ name: 'pgd', norm: 'linf', epsilon: 8 / 255, steps: 2 });
const before = memory().live;
const attacked = tidy(() => {
  const images = tensor(new Float32Array(128).fill(0.5), { shape: [2, 1, 8, 8] });
  const labels = tensor(new BigInt64Array([0n, 1n]));
  const randomness = { stream: new RandomStream(1, 'example'), indices: labels };
  return attack.run(model, images, labels, randomness).success.shape[0];
});
console.log(attacked, 'images attacked,', memory().live - before, 'tensors left');
`;
const NAMES = 'createAttack, createModel, memory, RandomStream, tensor, tidy';

export const FILES: Readonly<Record<string, string>> = {
  'package.json': '{ "private": true }',
  'app.mjs': `import { ${NAMES} } from 'saddlepoint';\n${ATTACK}`,
  'app.cjs': `const { ${NAMES} } = require('saddlepoint');\n${ATTACK}`,
  'threads.mjs': `import { Worker } from 'node:worker_threads';
for (let thread = 0; thread < 2; thread += 1) new Worker(new URL('app.mjs', import.meta.url));
`,
  'app.cts': `import { memory } from 'saddlepoint';
export const live: number = memory().live;
`,
  'app.mts': `import { ${NAMES}, type Tensor } from 'saddlepoint';\n${ATTACK}
const mean = (images: Tensor): number | bigint | boolean => images.mean().item();
// @ts-expect-error a number of steps is no word
createAttack({ name: 'pgd', norm: 'linf', epsilon: 8 / 255, steps: 'two' });
export { mean };
`,
};

/** What the tests of the package need beside the folder itself. */
export interface Project {
  readonly folder: string;
  /** Where npm put Saddlepoint. */
  readonly installed: string;
  /** SADDLEPOINT_CACHE. */
  readonly cache: string;
  /** Runs a program in the project. */
  run(program: string, values: readonly string[], environment?: NodeJS.ProcessEnv): Promise<Outcome>;
}

/** A project with {@link FILES} in a folder whose path has spaces, in which nothing is installed yet. */
export function emptyProject(): Project {
  const home = temporaryFolder();
  const [folder, cache] = [join(home, 'a project of mine'), join(home, 'a cache')];
  mkdirSync(folder);
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
  return {
    folder,
    cache,
    installed: join(folder, 'node_modules', 'saddlepoint'),
    run: (program, values, environment = {}) =>
      run(folder, program, values, { SADDLEPOINT_CACHE: cache, ...environment }),
  };
}

/** Runs a program to its end, without what the runner of the tests put into the environment. */
export function run(
  folder: string,
  program: string,
  values: readonly string[],
  more: NodeJS.ProcessEnv = {},
): Promise<Outcome> {
  const ours = /^(NODE_OPTIONS|VITEST.*|SADDLEPOINT_ENGINE|LIBTORCH|LD_PRELOAD)$/;
  const inherited = Object.entries(process.env).filter(([name]) => !ours.test(name));
  const child = spawn(program, values, {
    cwd: folder,
    env: { ...Object.fromEntries(inherited), NO_COLOR: '1', ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (chunk: string) => (text[stream] += chunk));
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...text }));
  });
}

/** Packs this clone into `folder`: the tarball's path, its size in bytes and the files in it. */
export async function pack(folder: string): Promise<{ tarball: string; bytes: number; files: string[] }> {
  const { code, stdout, stderr } = await run(root, 'npm', ['pack', '--silent', '--json', '--pack-destination', folder]);
  if (code !== 0) throw new Error(`npm pack failed: ${stderr}`);
  const [about] = JSON.parse(stdout) as [{ filename: string; size: number; files: { path: string }[] }];
  return { tarball: join(folder, about.filename), bytes: about.size, files: about.files.map(({ path }) => path) };
}

/**
 * Puts the clone's addon where set-up would build the package's from the same sources, which takes a minute of a core
 * and more. Returns the options by which set-up finds the LibTorch it was built for.
 */
export async function lendAddon(installed: string): Promise<string[]> {
  const build = join(root, 'build');
  const engine = readEngine(build, readFileSync(join(build, 'default'), 'utf8').trim())!;
  const { source, library } = engine.libtorch;
  const named = source === 'wheel' || source === 'LIBTORCH';
  const libtorch = named ? { ...engine.libtorch, source: 'LIBTORCH' as const } : engine.libtorch;
  const places = await placesOf(installed);
  const { id } = recordEngine(places, libtorch);
  copyFileSync(join(build, engine.id, ADDON), join(places.engines, id, ADDON));
  return ['--libtorch', named ? dirname(library) : source];
}

/** Everything below a folder with its size and the time of its last change. */
export function snapshot(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const { size, mtimeMs } = lstatSync(join(folder, name));
      return `${name} ${size} ${mtimeMs}`;
    });
}

/** Takes or gives the right to write below a folder; whom it does not bind, as root, {@link snapshot} observes. */
export function setWritable(folder: string, writable: boolean): void {
  for (const name of ['.', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })]) {
    const path = join(folder, name);
    const { mode } = lstatSync(path);
    if (!lstatSync(path).isSymbolicLink()) chmodSync(path, writable ? mode | 0o200 : mode & ~0o222);
  }
}
