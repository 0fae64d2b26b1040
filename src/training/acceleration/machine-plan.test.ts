/**
 * The plan of a run: measured once, written down, kept.
 *
 * @module
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import { failureOf } from '../../../test/support/failure.js';
import type { Dataset } from '../../data/index.js';
import { runtime, setThreads } from '../../engine/index.js';
import { machinePlan } from './machine-plan.js';
import { MOST_SHARES } from './most-shares.js';
import { sharesFor } from './step-attack.js';
import { madeUpDataset, madeUpRecipe, temporaryRun } from '../made-up.test-helper.js';

let dataset: Dataset & Disposable;
leavesNothingAlive();
const { threads } = runtime();
beforeEach(() => {
  dataset = madeUpDataset();
  setThreads(2);
});
afterEach(() => {
  setThreads(threads);
  dataset[Symbol.dispose]();
});

/** Leaves everything to the measurement, with batches that two threads can share. */
const open = madeUpRecipe('adversarial', { attackBackend: 'auto', backend: 'auto', batchSize: 16 });

test('what the recipe leaves open is measured, said and written down, once', () => {
  const folder = temporaryRun();
  const said: string[] = [];
  const plan = machinePlan(open, folder, dataset.train, (line) => said.push(line));
  expect(Object.keys(plan.attackPassesPerSecond)).toContain(plan.attackBackend);
  const chosen = `${plan.attackBackend}/${plan.attackSplit}`;
  const compared = Object.keys(plan.splitPassesPerSecond);
  expect(compared).toContain(chosen);
  // Those that came close, each as a whole and in shares.
  expect(compared.filter((name) => name.endsWith('/2'))).toHaveLength(compared.length / 2);
  expect(Object.keys(plan.trainingPassesPerSecond)).toContain(plan.backend);
  expect(said).toEqual([expect.stringMatching(/plan: attack network .*; attack split .*; training /)]);
  expect(JSON.parse(readFileSync(folder.plan, 'utf8'))).toEqual(plan);

  const again = machinePlan(open, folder, dataset.train, (line) => said.push(line));
  expect(again).toEqual(plan);
  expect(said).toHaveLength(1);
});

test('of a fixed attack network its shares alone are measured, of batches too small to share the backends', () => {
  const split = madeUpRecipe('adversarial', { attackBackend: 'plain', attackSplit: 'auto', batchSize: 16 });
  const whole = machinePlan(split, temporaryRun(), dataset.train);
  expect(Object.keys(whole.splitPassesPerSecond)).toEqual(['plain/1', 'plain/2']);
  expect(whole.attackPassesPerSecond).toEqual({}); // nothing was open
  const small = machinePlan(
    madeUpRecipe('adversarial', { attackBackend: 'auto', batchSize: 8 }),
    temporaryRun(),
    dataset.train,
  );
  expect(small.attackSplit).toBe(1);
  expect(Object.keys(small.attackPassesPerSecond).length).toBeGreaterThan(1);
  expect(Object.keys(small.splitPassesPerSecond).every((name) => name.endsWith('/1'))).toBe(true);
});

test('a machine of more cores than a plan may have shares', () => {
  setThreads(96);
  const sharesOf = (batchSize: number) => sharesFor(madeUpRecipe('adversarial', { batchSize }));
  expect([sharesOf(8 * MOST_SHARES), sharesOf(8 * MOST_SHARES - 1)]).toEqual([MOST_SHARES, 1]);
});

test.each([
  ['a fixed attack network, no split', { attackBackend: 'plain' }, 1],
  ['a fixed attack network with its split', { attackBackend: 'plain', attackSplit: 3 }, 3],
] as const)('%s: not measured', (_, options, shares) => {
  const plan = machinePlan(madeUpRecipe('adversarial', options), temporaryRun(), dataset.train);
  expect(plan.attackSplit).toBe(shares);
  expect(plan.splitPassesPerSecond).toEqual({});
});

test('one thread has nobody to share with, and standard training nothing', () => {
  setThreads(1);
  expect(machinePlan(open, temporaryRun(), dataset.train).attackSplit).toBe(1);
  setThreads(2);
  expect(machinePlan(madeUpRecipe('standard'), temporaryRun(), dataset.train)).toMatchObject({
    attackBackend: null,
    attackSplit: 1,
  });
});

test('a run that began before there was a split goes on without one', () => {
  const folder = temporaryRun();
  const { attackSplit: _, splitPassesPerSecond: __, ...old } = machinePlan(open, folder, dataset.train);
  writeFileSync(folder.plan, JSON.stringify(old));
  expect(machinePlan(open, folder, dataset.train)).toEqual({ ...old, attackSplit: 1, splitPassesPerSecond: {} });
});

test.each([
  ['half a plan', '{"attackBackend": "pla', /is damaged: .*JSON/],
  ['a forged number of shares', { attackSplit: 1e9 }, /attackSplit: Too big: expected number to be <=64/],
  ['an attack network that is none', { attackBackend: 'constructor' }, /attackBackend: Invalid/],
  ['no plan', 'null', /is not the plan of a run/],
])('%s is refused before anything computes by it', (_, change, message) => {
  const folder = temporaryRun();
  const sound = machinePlan(madeUpRecipe('standard'), folder, dataset.train);
  writeFileSync(folder.plan, typeof change === 'string' ? change : JSON.stringify({ ...sound, ...change }));
  const failure = failureOf(() => machinePlan(open, folder, dataset.train));
  expect(failure.code).toBe('FILE');
  expect(failure.message).toMatch(message);
});
