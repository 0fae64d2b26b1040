/**
 * A run that is killed, without a word, at any moment, again and again: it goes on to the same weights, bit by bit,
 * and its records tell the run as if nothing had happened.
 *
 * @module
 */
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { MetricsFile, RunFolder } from '../../src/monitoring/index.js';
import { contentsOf, eventsOfRun } from '../../src/monitoring/tensorboard/event-reader.test-helper.js';
import { temporaryFolder } from '../support/folders.js';
import { FIXED, type Computes } from './killable-recipe.test-helper.js';

const KILLS = 10;
const [EPOCHS, TOTAL] = [8, 64];

/** When a child is killed: so many milliseconds after so many steps of its own. */
interface Moment {
  readonly steps: number;
  readonly milliseconds: number;
}

const transpiled = temporaryFolder();

/** Lets a child train, to the end or until it is killed. Returns whether it was killed. */
function live(folder: RunFolder, computes: Computes, moment?: Moment): Promise<boolean> {
  const loader = new URL('../support/typescript.mjs', import.meta.url).href;
  const file = fileURLToPath(new URL('./children/train-until-killed.ts', import.meta.url));
  const inherited = Object.entries(process.env).filter(([name]) => !/^(NODE_OPTIONS|VITEST.*)$/.test(name));
  const child = spawn(process.execPath, ['--import', loader, file, folder.path, JSON.stringify(computes)], {
    env: { ...Object.fromEntries(inherited), SADDLEPOINT_TRANSPILED: transpiled, OMP_NUM_THREADS: '2' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    let steps = 0;
    let doomed = false;
    child.stdout.on('data', (dots: Buffer) => {
      steps += dots.length;
      if (moment === undefined || doomed || steps < moment.steps) return;
      doomed = true;
      setTimeout(() => child.kill('SIGKILL'), moment.milliseconds);
    });
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (signal !== 'SIGKILL' && code !== 0) reject(new Error(`the child ended with ${code} ${signal}`));
      resolve(signal === 'SIGKILL');
    });
  });
}

/** The step of the last checkpoint; 0 where there is none. */
function stoodAt(folder: RunFolder): number {
  const path = folder.checkpoint('last');
  if (!existsSync(path)) return 0;
  const bytes = readFileSync(path);
  const header = bytes.toString('utf8', 8, 8 + Number(bytes.readBigUInt64LE(0)));
  const { __metadata__ } = JSON.parse(header) as { __metadata__: { position: string } };
  return (JSON.parse(__metadata__.position) as { step: number }).step;
}

const checkpoint = (folder: RunFolder, name: string) => readFileSync(folder.checkpoint(name)).toString('base64');
/** All but the time. */
const records = (folder: RunFolder) => new MetricsFile(folder.metrics).read().map(({ seconds: _, ...record }) => record); // prettier-ignore
const events = ({ path }: RunFolder) => {
  const names = readdirSync(path).filter((name) => name.startsWith('events.out.')).sort(); // prettier-ignore
  return contentsOf(eventsOfRun(names.map((name) => readFileSync(join(path, name)))));
};

test.each<[string, number, Computes]>([
  ['fixed', KILLS, FIXED],
  ['with a split attack', 4, { attackNetwork: 'winograd', attackSplit: 2, memoryFormat: 'winograd' }],
  ['as measured', 4, { attackNetwork: 'auto', attackSplit: 'auto', memoryFormat: 'auto' }],
])(
  '%s, killed %i times at random moments: a run ends with the same bits and the same records',
  async (_, kills, computes) => {
    const [whole, folder] = [temporaryFolder(), temporaryFolder()].map((path) => new RunFolder(join(path, 'run')));
    expect(await live(whole!, computes)).toBe(false);
    // What was measured is part of the run: another measurement may choose otherwise, and so compute other last bits.
    copyFileSync(whole!.plan, folder!.create().plan);
    const drawn = Array.from({ length: kills - 1 }, () => ({ steps: 1 + Math.floor(5 * Math.random()), milliseconds: 40 * Math.random() })); // prettier-ignore
    // Once as early as can be, most likely before there is any checkpoint.
    const moments = [{ steps: 1, milliseconds: 0 }, ...drawn];
    const stood: number[] = [];
    for (const moment of moments) {
      expect(await live(folder!, computes, moment), `was killed ${JSON.stringify(moment)}`).toBe(true);
      stood.push(stoodAt(folder!));
    }
    expect(await live(folder!, computes)).toBe(false);

    const told = `killed ${JSON.stringify(moments)}, the last checkpoints then of steps ${stood.join(', ')}`;
    expect(new Set(stood).size, told).toBeGreaterThan(kills / 3);
    expect(checkpoint(folder!, 'last') === checkpoint(whole!, 'last'), `the last checkpoint; ${told}`).toBe(true);
    expect(checkpoint(folder!, 'best') === checkpoint(whole!, 'best'), `the best checkpoint; ${told}`).toBe(true);
    expect(records(folder!), told).toEqual(records(whole!));
    expect(events(folder!), told).toEqual(events(whole!));
    const { scalars, images } = events(folder!);
    expect(scalars['train/lr']?.map(([step]) => step)).toEqual([10, 20, 30, 40, 50, 60, TOTAL]); // prettier-ignore
    const epochs = Array.from({ length: EPOCHS }, (_, i) => 8 * (i + 1));
    for (const tag of ['validation/adversarial_error', 'test/adversarial_error', 'train/adversarial_success'])
      expect(
        scalars[tag]?.map(([step]) => step),
        tag,
      ).toEqual(epochs);
    expect(images['train/adversarial_images']?.map(([step]) => step)).toEqual(epochs);
  },
  300_000,
);
