/**
 * The epsilon curve: the errors of the unfolded network, one budget independent of the other, and a killed one goes on.
 *
 * @module
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { disposeSplit, slice, type Split } from '../../data/index.js';
import { silent } from '../../monitoring/index.js';
import type { Module } from '../../nn/index.js';
import { cleanError, robustError } from '../evaluate.js';
import { runEpsilonCurve, type EpsilonCurveOptions } from './epsilon-curve.js';
import { withSmallNetwork } from './job.test-helper.js';
import { selectExamples } from './selection.js';
import type { JournalLine } from './store.js';

const EXAMPLES = 30;
const BUDGETS = [0.02, 0.05, 0.1, 0.2];
const attack = { name: 'pgd', norm: 'linf', epsilon: 0.06, steps: 3, stepSize: 0.01 } as const;

let model: Module;
let split: Split;
let folder: string;
withSmallNetwork((made) => {
  ({ model, split, folder } = made);
});

const options = (changes: Partial<EpsilonCurveOptions> = {}): EpsilonCurveOptions => ({
  model,
  split,
  dataset: { name: 'made up', classes: ['a', 'b', 'c', 'd'] },
  attack,
  budgets: BUDGETS,
  selection: selectExamples(split, EXAMPLES),
  seed: 5,
  batchSize: 10,
  folder,
  ...changes,
});

async function curve(changes: Partial<EpsilonCurveOptions> = {}) {
  const { curve: points, finish } = await runEpsilonCurve(options(changes));
  finish();
  return points;
}

/** Runs until so many budgets are done, and no further. */
async function interruptedAfter(points: number): Promise<void> {
  const controller = new AbortController();
  const progress = { ...silent, update: (done: number) => done >= points * EXAMPLES && controller.abort() };
  await expect(runEpsilonCurve(options({ progress, signal: controller.signal }))).rejects.toMatchObject({
    code: 'INTERRUPTED',
  });
}

const journal = () => readFileSync(join(folder, 'journal.jsonl'), 'utf8');
const linesOf = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as JournalLine);

test.each(['plain', 'channels-last'] as const)(
  'in the backend %s: the errors of the unfolded network',
  async (backend) => {
    model.train();
    const points = await curve({ chooseBackend: () => backend });
    expect(model.training).toBe(true);
    const part = slice(split, 0, EXAMPLES);
    const { errors, interval } = await cleanError(model, part);
    expect(points[0]).toEqual({
      attack: 'pgd',
      label: 'PGD',
      norm: 'linf',
      epsilon: 0,
      steps: 3,
      restarts: 1,
      examples: EXAMPLES,
      errors,
      robustError: errors / EXAMPLES,
      interval,
    });
    for (const [i, epsilon] of BUDGETS.entries()) {
      const scaled = { ...attack, stepSize: undefined, epsilon };
      const { outcomes: _, ...rate } = await robustError(model, part, { attack: scaled, restarts: 1, seed: 5 });
      expect(points[i + 1]).toEqual(rate);
    }
    disposeSplit(part);
    expect(points.at(-1)!.errors).toBeGreaterThan(points[1]!.errors);
    expect(existsSync(folder)).toBe(false);
  },
);

test.each([1, 3])(
  'interrupted after %i points and resumed: the same curve, no finished point again',
  async (points) => {
    const whole = await curve();
    await interruptedAfter(points);
    const before = journal();
    // In the backend it began with, whatever would be chosen now.
    const { curve: resumed, close } = await runEpsilonCurve(options({ chooseBackend: () => 'channels-last' }));
    close();
    expect(resumed).toEqual(whole);
    expect(readFileSync(join(folder, 'state.json'), 'utf8')).toContain('"backend": "plain"');
    expect(journal().startsWith(before)).toBe(true);
    const more = linesOf(journal().slice(before.length));
    const stages = new Set(more.map((line) => ('stage' in line ? line.stage : line.kind)));
    expect([...stages]).toEqual(BUDGETS.slice(points).map((epsilon) => `epsilon ${epsilon}`));
    const attacked = linesOf(journal()).flatMap((line) =>
      line.kind === 'attack' ? line.positions.map((position) => `${line.stage}: ${position}`) : [],
    );
    expect(new Set(attacked).size).toBe(attacked.length);
    const after = journal();
    expect(await curve()).toEqual(whole);
    expect(after).not.toBe(before);
    expect(existsSync(folder)).toBe(false);
  },
);

test('interrupted in the middle of a point: goes on with its other examples', async () => {
  const whole = await curve();
  await interruptedAfter(1.5);
  const half = linesOf(journal()).length;
  const { curve: resumed, seconds, close } = await runEpsilonCurve(options());
  close();
  expect(resumed).toEqual(whole);
  const lines = linesOf(journal());
  expect(lines.length).toBeGreaterThan(half);
  expect(seconds).toBeCloseTo(
    lines.reduce((sum, line) => sum + ('seconds' in line ? line.seconds : 0), 0),
    9,
  );
});

test('more budgets attack at those alone; another attack, seed or network is refused, and the state kept', async () => {
  const some = await runEpsilonCurve(options({ budgets: BUDGETS.slice(0, 2) }));
  some.close();
  const before = journal();
  for (const changes of [{ seed: 6 }, { attack: { ...attack, steps: 4 } }]) {
    await expect(runEpsilonCurve(options(changes))).rejects.toMatchObject({ code: 'CHECKPOINT' });
  }
  expect(journal()).toBe(before);
  const all = await runEpsilonCurve(options());
  expect(all.curve.slice(0, 3)).toEqual(some.curve);
  const attacked = linesOf(journal().slice(before.length)).map((line) => line.kind === 'attack' && line.stage);
  expect([...new Set(attacked)]).toEqual(['epsilon 0.1', 'epsilon 0.2']);
  all.finish();
});

test('a budget that cannot be is refused before anything is saved', async () => {
  await expect(runEpsilonCurve(options({ budgets: [0.1, 8] }))).rejects.toThrow(/Did you mean 8\/255/);
  await expect(runEpsilonCurve(options({ batchSize: 0 }))).rejects.toThrow(/batchSize/);
  expect(existsSync(folder)).toBe(false);
});
