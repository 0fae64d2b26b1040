/**
 * A small training in a process of its own, which may be killed, halted or disturbed at any moment, and what it leaves.
 *
 * @module
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MetricsFile, type RunFolder } from '../../src/monitoring/index.js';
import { contentsOf, eventsOfRun } from '../../src/monitoring/tensorboard/event-reader.test-helper.js';
import { temporaryFolder } from '../support/folders.js';
import type { Computes } from './killable-recipe.test-helper.js';

/** So many milliseconds after so many steps of the process's own. */
export interface Moment {
  readonly steps: number;
  readonly milliseconds: number;
}

export interface Disturbance {
  /** When something happens to the process; nothing does without it. */
  readonly moment?: Moment | undefined;
  /** What happens: the process is killed (default), or stands still for a second. */
  readonly kind?: 'kill' | 'halt';
  /** Environment of the process, e.g. which engine it takes, or what test/campaign/disturb.mjs does to it. */
  readonly environment?: NodeJS.ProcessEnv;
  /** A module that the process loads first. */
  readonly preload?: URL;
}

export interface Outcome {
  readonly killed: boolean;
  readonly code: number | null;
  readonly stderr: string;
}

/** Of the TypeScript sources, shared by all processes. */
const transpiled = temporaryFolder();
const loader = new URL('../support/typescript.mjs', import.meta.url).href;
const program = fileURLToPath(new URL('./children/train-until-killed.ts', import.meta.url));

/** Lets a process train in this folder, to the end or until something ends it. */
export function trainIn(folder: RunFolder, computes: Computes, disturbance: Disturbance = {}): Promise<Outcome> {
  const { moment, kind = 'kill', environment = {}, preload } = disturbance;
  const inherited = Object.entries(process.env).filter(([name]) => !/^(NODE_OPTIONS|VITEST.*)$/.test(name));
  const imports = [loader, ...(preload === undefined ? [] : [preload.href])].flatMap((url) => ['--import', url]);
  const child = spawn(process.execPath, [...imports, program, folder.path, JSON.stringify(computes)], {
    env: {
      ...Object.fromEntries(inherited),
      SADDLEPOINT_TRANSPILED: transpiled,
      OMP_NUM_THREADS: '2',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const strike = () => {
    if (kind === 'kill') return child.kill('SIGKILL');
    child.kill('SIGSTOP');
    return setTimeout(() => child.kill('SIGCONT'), 1000);
  };
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    let steps = 0;
    let doomed = false;
    child.stdout.on('data', (dots: Buffer) => {
      steps += dots.length;
      if (moment === undefined || doomed || steps < moment.steps) return;
      doomed = true;
      setTimeout(strike, moment.milliseconds);
    });
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code === null && signal !== 'SIGKILL') reject(new Error(`the training ended with ${signal}: ${stderr}`));
      else resolve({ killed: signal === 'SIGKILL', code, stderr });
    });
  });
}

/** Random moments, the first as early as can be, most likely before there is any checkpoint. */
export function randomMoments(count: number, random: () => number = Math.random): Moment[] {
  const drawn = Array.from({ length: count - 1 }, () => ({
    steps: 1 + Math.floor(5 * random()),
    milliseconds: 40 * random(),
  }));
  return [{ steps: 1, milliseconds: 0 }, ...drawn];
}

/** The step of the last checkpoint; 0 where there is none. */
export function stoodAt(folder: RunFolder): number {
  const path = folder.checkpoint('last');
  if (!existsSync(path)) return 0;
  const bytes = readFileSync(path);
  const header = bytes.toString('utf8', 8, 8 + Number(bytes.readBigUInt64LE(0)));
  const { __metadata__ } = JSON.parse(header) as { __metadata__: { position: string } };
  return (JSON.parse(__metadata__.position) as { step: number }).step;
}

/** A checkpoint's bytes. */
export const checkpointOf = (folder: RunFolder, name: 'last' | 'best') =>
  readFileSync(folder.checkpoint(name)).toString('base64');

/** The metrics but for their time. */
export const recordsOf = (folder: RunFolder) =>
  new MetricsFile(folder.metrics).read().map(({ seconds: _, ...record }) => record);

/** What TensorBoard shows. */
export const eventsOf = ({ path }: RunFolder) => {
  const names = readdirSync(path)
    .filter((name) => name.startsWith('events.out.'))
    .sort();
  return contentsOf(eventsOfRun(names.map((name) => readFileSync(join(path, name)))));
};
