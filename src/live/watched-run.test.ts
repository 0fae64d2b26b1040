/**
 * What is said of a run while it is planned, trained, stopped, evaluated and done.
 *
 * @module
 */
import { execFileSync } from 'node:child_process';
import { appendFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { takeLock } from '../engine/index.js';
import { evaluation, makeRun } from '../report/made-up-run.test-helper.js';
import { WatchedRun } from './watched-run.js';

const line = (step: number) =>
  `${JSON.stringify({ step, epoch: step / 100, seconds: 2 * step, 'train/loss': 1 / step })}\n`;

function training(recipe = 'training:\n  method: adversarial\n  epochs: 4\n') {
  const folder = makeRun({ 'recipe.yaml': recipe });
  const run = new WatchedRun({ name: 'a', path: folder.path });
  const lock = (holder: string) => writeFileSync(join(folder.path, 'lock'), holder);
  return { folder, run, lock, look: async () => (await run.look())?.card };
}
const ourselves = `process ${process.pid} on ${hostname()}, since 2026-01-01T00:00:00.000Z`;

test('a run that trains: how far, and how long still', async () => {
  const { folder, look, lock } = training();
  lock(ourselves);
  expect(await look()).toMatchObject({ status: { state: 'training', holder: ourselves }, progress: null });
  appendFileSync(folder.metrics, [10, 50, 100].map(line).join(''));
  expect(await look()).toMatchObject({
    status: { state: 'training' },
    progress: {
      step: 100,
      epoch: 1,
      share: 0.25,
      epochs: 4,
      left: '10 min',
      lastLine: expect.stringMatching(/^20/) as string,
    },
  });
});

test('a training by the clock ends when its time does', async () => {
  const { folder, look, lock } = training();
  lock(ourselves);
  writeFileSync(folder.timePlan, JSON.stringify({ within: 600, steps: 1000, epochs: 10 }));
  appendFileSync(folder.metrics, line(100));
  expect((await look())?.progress).toMatchObject({ share: 0.1, epochs: 10, left: '7 min' });
});

test('nothing new, nothing said; a line alone brings its curve alone', async () => {
  const { folder, run } = training();
  appendFileSync(folder.metrics, line(10));
  await run.look();
  expect(await run.look()).toBeUndefined();
  appendFileSync(folder.metrics, line(20));
  expect(await run.look()).toMatchObject({ anew: false, curves: { 'train/loss': { from: 1, step: [20] } } });
  expect(run.whole()).toMatchObject({ anew: true, curves: { 'train/loss': { from: 0, step: [10, 20] } } });
  writeFileSync(folder.metrics, line(5));
  expect(await run.look()).toMatchObject({ anew: true, curves: { 'train/loss': { from: 0, step: [5] } } });
});

test('a process that was killed leaves its lock behind and works no more', async () => {
  const { folder, look, lock } = training();
  appendFileSync(folder.metrics, line(100));
  lock(`process 999999999 on ${hostname()}, since 2026-01-01T00:00:00.000Z`);
  expect((await look())?.status).toEqual({ state: 'stopped' });
  lock('process 7 on elsewhere, since 2026-01-01T00:00:00.000Z'); // which nobody here can ask
  expect((await look())?.status.state).toBe('training');
  lock('nonsense');
  expect((await look())?.status.state).toBe('stopped');
});

test('trained to the end; evaluated; of an evaluation the figures as the report has them', async () => {
  const { folder, look, lock } = training();
  appendFileSync(folder.metrics, line(400));
  expect((await look())?.status).toEqual({ state: 'trained' });
  lock(ourselves);
  expect((await look())?.status.state).toBe('evaluating');
  rmSync(join(folder.path, 'lock'));
  writeFileSync(folder.evaluation, JSON.stringify(evaluation(142, 271)));
  expect(await look()).toMatchObject({
    status: { state: 'finished' },
    facts: {
      clean: { error: '14.2\u00a0%', interval: '12.2 to 16.2\u00a0%' },
      robust: {
        name: 'PGD',
        error: '27.1\u00a0%',
        settings: expect.stringMatching(/^L∞, ε\u00a0=\u00a00.1, 40/) as string,
      },
    },
  });
});

test('who evaluates a stopped run does not train it', async () => {
  const { folder, look } = training();
  appendFileSync(folder.metrics, line(100));
  const lock = takeLock(join(folder.path, 'lock'), 'together');
  expect(await look()).toMatchObject({ status: { state: 'evaluating' }, progress: { left: '' } });
  if ('release' in lock) lock.release();
  const alone = takeLock(join(folder.path, 'lock'), 'alone');
  expect((await look())?.status.state).toBe('training');
  if ('release' in alone) alone.release();
  expect((await look())?.status).toEqual({ state: 'stopped' });
});

test('what cannot be read is said, and ends nothing', async () => {
  const odd = makeRun({ 'metrics.jsonl': line(1) });
  rmSync(join(odd.path, 'evaluation'), { recursive: true });
  writeFileSync(join(odd.path, 'evaluation'), 'a file where a folder should be');
  symlinkSync('recipe.yaml', odd.recipe);
  execFileSync('mkfifo', [join(odd.path, 'lock')]);
  const card = (await new WatchedRun({ name: 'a', path: odd.path }).look())?.card;
  expect(card).toMatchObject({
    status: { state: 'stopped' },
    facts: { remarks: [expect.stringMatching(/^the run's files cannot be read: ENOTDIR/)] },
    progress: { step: 1 },
  });
});

test('a folder of evaluations alone, and files that are damaged, are what they are', async () => {
  const evaluated = makeRun({ 'evaluation/test.json': evaluation(142, 271) });
  const card = (await new WatchedRun({ name: 'a', path: evaluated.path }).look())?.card;
  expect(card).toMatchObject({ status: { state: 'finished' }, progress: null });
  const damaged = makeRun({
    'recipe.yaml': '{ not: yaml',
    'environment.json': '[',
    'plan.json': '7',
    'time-plan.json': '{"steps": "many"}',
    'evaluation/test.json': '{}',
    'metrics.jsonl': line(1),
  });
  expect((await new WatchedRun({ name: 'a', path: damaged.path }).look())?.card).toMatchObject({
    status: { state: 'stopped' },
    facts: { training: '', machine: [], clean: null, robust: null },
    progress: { share: null, epochs: null, left: '' },
  });
});
