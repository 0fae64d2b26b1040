/**
 * A collapse is undone once and the run goes on with PGD; without one the watch changes nothing; a run that was stopped
 * goes on to the same weights.
 *
 * @module
 */
import { copyFileSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import type { Dataset } from '../../data/index.js';
import { readSafetensors, SaddlepointError, tidy } from '../../engine/index.js';
import { MetricsFile, silent, type RunFolder } from '../../monitoring/index.js';
import { loadCheckpoint, trainRecipe, type Recipe } from '../index.js';
import { madeUpDataset, madeUpRecipe, temporaryRun } from '../made-up.test-helper.js';
import { TrainingStep } from '../step.js';
import { OverfittingWatch } from './overfitting-watch.js';
import { overfittingWatchSchema } from './watch-schema.js';

const SOUND = { oneStep: 0.5, pgd: 0.55 };
const COLLAPSED = { oneStep: 0.1, pgd: 0.98 };
const FGSM = { name: 'fgsm', epsilon: 0.05 };

let dataset: Dataset & Disposable;
leavesNothingAlive();
beforeEach(() => {
  dataset = madeUpDataset();
});
afterEach(() => {
  vi.restoreAllMocks();
  dataset[Symbol.dispose]();
});

const watched = (watch: object = {}, training: object = {}, whole: object = {}) =>
  madeUpRecipe(
    'adversarial',
    { attack: FGSM, overfittingWatch: { every: 4, examples: 16, ...watch }, ...training },
    whole,
  );

/** As if the looks after these steps found a network that has collapsed, and all others a sound one. */
const collapsingAfter = (...steps: number[]) =>
  vi
    .spyOn(OverfittingWatch.prototype, 'measure')
    .mockImplementation((step) => (steps.includes(step) ? COLLAPSED : SOUND));

/** Returns what was said of overfitting. */
async function runFor(recipe: Recipe, folder: RunFolder, steps?: number): Promise<string[]> {
  const said: string[] = [];
  const say = (line: string) => {
    if (line.includes('overfitting')) said.push(line);
  };
  const progress = { ...silent, say };
  await trainRecipe({ recipe, dataset, folder, progress, steps }).catch((error: unknown) => {
    if (!(error instanceof SaddlepointError) || error.code !== 'STOPPED') throw error;
  });
  return said;
}

const bytesOf = (folder: RunFolder) => readFileSync(folder.checkpoint('last')).toString('base64');
const looks = (folder: RunFolder) =>
  new MetricsFile(folder.metrics).read().filter((record) => 'overfitting/gap' in record);
/** The weights to use, and momentum, as plain numbers. */
const stateOf = (folder: RunFolder, prefix = '') =>
  tidy(() => {
    const tensors = [...readSafetensors(folder.checkpoint('last')).tensors];
    const isOwn = ([name]: readonly [string, unknown]) => !name.startsWith('good/');
    return Object.fromEntries(
      tensors
        .filter((entry) => (prefix === '' ? isOwn(entry) : entry[0].startsWith(prefix)))
        .map(([name, tensor]) => [name.slice(prefix.length), tensor.toNumbers()]),
    );
  });

describe('a collapse', () => {
  test('is undone once: weights and momentum are those of the last good look', async () => {
    collapsingAfter(12);
    const [before, after] = [temporaryRun(), temporaryRun()];
    await runFor(watched(), before, 8);
    const said = await runFor(watched(), after, 12);
    expect(stateOf(after)).toEqual(stateOf(before));
    expect(said).toEqual([
      'catastrophic overfitting at step 12: PGD fools 98.0 % of 16 held-out images, fgsm 10.0 %. Back to the ' +
        'weights of step 8; PGD of 2 steps trains until step 16',
    ]);
  });

  test('is followed by as many steps of PGD as the recipe says, and then by the own attack again', async () => {
    collapsingAfter(12);
    const run = vi.spyOn(TrainingStep.prototype, 'run');
    const folder = temporaryRun();
    const said = await runFor(watched({ rescueFor: 6 }), folder);
    const rescued = run.mock.calls.filter(([, { rescued }]) => rescued === true).map(([, { step }]) => step);
    expect(rescued).toEqual([12, 13, 14, 15, 16, 17]);
    expect(said).toHaveLength(1);
    const rollBacks = looks(folder).map((record) => [record.step, record['overfitting/roll_backs']]);
    expect(rollBacks).toEqual([
      [4, 0],
      [8, 0],
      [12, 1],
      [16, 1],
      [20, 1],
      [24, 1],
    ]);
    expect(looks(folder)[2]).toMatchObject({ 'overfitting/one_step_error': 0.1, 'overfitting/pgd_error': 0.98 });
  });

  test('after another one has twice as many steps of PGD, so that the training comes to its end', async () => {
    collapsingAfter(4, 12);
    const run = vi.spyOn(TrainingStep.prototype, 'run');
    const said = await runFor(watched(), temporaryRun());
    const rescued = run.mock.calls.filter(([, { rescued }]) => rescued === true).map(([, { step }]) => step);
    expect(rescued).toEqual([4, 5, 6, 7, 12, 13, 14, 15, 16, 17, 18, 19]);
    expect(said.map((line) => line.replace(/.*;/, ''))).toEqual([
      ' PGD of 2 steps trains until step 8',
      ' PGD of 2 steps trains until step 20',
    ]);
  });

  test('changes what PGD trains, and not only whose steps are counted', async () => {
    const gentle = temporaryRun();
    const strong = temporaryRun();
    collapsingAfter(4);
    await runFor(watched(), gentle, 5);
    await runFor(watched({ rescueSteps: 7 }), strong, 5);
    expect(stateOf(strong)).not.toEqual(stateOf(gentle));
  });

  test('that loses what was learned against either attack is one, too', async () => {
    const lost = { oneStep: 0.91, pgd: 0.91 };
    vi.spyOn(OverfittingWatch.prototype, 'measure').mockImplementation((step) => (step === 12 ? lost : SOUND));
    const said = await runFor(watched(), temporaryRun());
    expect(said).toEqual([expect.stringContaining('at step 12: PGD fools 91.0 % of 16 held-out images, fgsm 91.0 %.')]);
  });

  test('at the last step is undone, too, and the last look is there whatever the interval', async () => {
    collapsingAfter(24);
    const folder = temporaryRun();
    const said = await runFor(watched({ every: 10 }), folder);
    expect(looks(folder).map(({ step }) => step)).toEqual([10, 20, 24]);
    expect(said[0]).toMatch(/at step 24.*Back to the weights of step 20$/);
    expect(stateOf(folder, 'good/optimizer/')).toEqual(stateOf(folder, 'optimizer/'));
  });

  test('before the first good look goes back to the beginning', async () => {
    collapsingAfter(4);
    const said = await runFor(watched(), temporaryRun(), 4);
    expect(said[0]).toContain('Back to the weights of step 0;');
  });
});

describe('without a collapse', () => {
  test('nothing of the training changes: no roll-back, and the weights of a run without the watch', async () => {
    const [with_, without] = [temporaryRun(), temporaryRun()];
    expect(await runFor(watched(), with_)).toEqual([]);
    const { overfittingWatch: _, ...training } = watched().training;
    await runFor({ ...watched(), training }, without);
    expect(stateOf(with_)).toEqual(stateOf(without));
    expect(looks(with_).map((record) => record['overfitting/roll_backs'])).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test('the errors are measured: PGD finds about as much as FGSM on a network that is learning', async () => {
    const folder = temporaryRun();
    await runFor(watched({ steps: 10 }), folder);
    const [first, ...others] = looks(folder);
    expect(first!['overfitting/pgd_error']).toBeGreaterThan(0);
    for (const look of [first!, ...others]) expect(look['overfitting/gap']).toBeLessThan(0.2);
  });

  test('the checkpoint is one that anybody can load', async () => {
    const folder = temporaryRun();
    await runFor(watched(), folder);
    using model = loadCheckpoint(folder.checkpoint('last')).model;
    expect(model.parameters().length).toBeGreaterThan(0);
  });
});

describe('stopped and started again', () => {
  test.each([3, 8, 9, 12, 13, 17, 23])('after step %i it goes on to the same weights', async (stop) => {
    collapsingAfter(12, 20);
    const recipe = watched({ rescueFor: 3 }, { weightAverage: { decay: 0.9 } });
    const [whole, folder] = [temporaryRun(), temporaryRun()];
    await runFor(recipe, whole);
    await runFor(recipe, folder, stop);
    await runFor(recipe, folder);
    expect(bytesOf(folder)).toBe(bytesOf(whole));
    const told = ({ seconds: _, ...record }: Record<string, unknown>) => record;
    expect(looks(folder).map(told)).toEqual(looks(whole).map(told));
  });

  test('killed behind a roll-back unknown to its checkpoint, it goes back once more and tells it once', async () => {
    collapsingAfter(12);
    const [whole, folder, later] = [temporaryRun(), temporaryRun(), temporaryRun()];
    await runFor(watched(), whole);
    await runFor(watched(), folder, 10);
    await runFor(watched(), later, 14);
    copyFileSync(later.metrics, folder.metrics);
    expect(await runFor(watched(), folder)).toHaveLength(1);
    expect(bytesOf(folder)).toBe(bytesOf(whole));
    expect(looks(folder).map(({ step }) => step)).toEqual([4, 8, 12, 16, 20, 24]);
  });

  test('the best weights have no last good ones beside them, from which nobody goes on', async () => {
    const folder = temporaryRun();
    await runFor(watched(), folder);
    const namesOf = (name: 'best' | 'last') => [...tidy(() => readSafetensors(folder.checkpoint(name)).tensors.keys())];
    expect(namesOf('best').some((name) => name.startsWith('good/'))).toBe(false);
    expect(namesOf('last').some((name) => name.startsWith('good/'))).toBe(true);
  });

  test('a checkpoint without the last good weights is refused', async () => {
    const { overfittingWatch: _, ...training } = watched().training;
    const folder = temporaryRun();
    await runFor({ ...watched(), training }, folder, 5);
    await expect(runFor(watched(), folder)).rejects.toThrow(
      'the checkpoint has no last good weights that fit this run: expected good/model/',
    );
  });
});

describe('a recipe', () => {
  test('has defaults', () => {
    const expected = { gap: 0.35, every: 100, examples: 128, steps: 5, rescueSteps: 2 };
    expect(overfittingWatchSchema.parse({})).toEqual(expected);
  });

  test.each([
    ['no held-out images', { validation: 0 }, {}, /there are none: set dataset.validation to 16 or more/],
    ['too few of them', { validation: 15 }, {}, /expected at most dataset.validation, which is 15, received 16/],
    [
      'an attack of several steps',
      {},
      { attack: { name: 'pgd', epsilon: 0.05, steps: 3 } },
      /leave it out: it is for attacks of one step.*has 3/,
    ],
    [
      'an attack that comes to several',
      {},
      { attackSchedule: [{ from: 0.5, steps: 2 }], attack: { name: 'pgd', epsilon: 0.05, steps: 1 } },
      /leave it out: it is for attacks of one step.*has 2/,
    ],
    ['another attack', {}, { attack: { name: 'apgd', epsilon: 0.05, steps: 1 } }, /expected fgsm, n-fgsm, pgd, bim as/],
    ['a method of its own steps', {}, { method: 'free' }, /makes its adversarial images by itself/],
    ['a method without an attack', {}, { method: 'standard', attack: undefined }, /unknown key `overfittingWatch`/],
  ])('with %s is refused', (_, data, training, message) => {
    const { method = 'adversarial', ...rest } = training as { method?: 'standard' };
    const whole = { dataset: { name: 'fashion-mnist', validation: 16, ...data } };
    const settings = { select: 'last', method, attackBackend: method === 'adversarial' ? 'plain' : undefined };
    expect(() => watched({}, { ...settings, ...rest }, whole)).toThrow(message);
  });
});
