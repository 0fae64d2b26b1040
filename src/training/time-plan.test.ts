/**
 * Training by the clock: as many steps as fit, planned once, with the schedules stretched to them.
 *
 * @module
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { leavesNothingAlive } from '../../test/support/live-tensors.js';
import type { Dataset } from '../data/index.js';
import { SaddlepointError } from '../engine/index.js';
import { silent, type MetricsRecord, type RunFolder } from '../monitoring/index.js';
import { checkRecipe, trainRecipe, type Recipe } from './index.js';
import { madeUpDataset, recipeContent, temporaryRun } from './made-up.test-helper.js';
import type { TimePlan } from './time-plan.js';

let dataset: Dataset & Disposable;
leavesNothingAlive();
beforeEach(() => {
  dataset = madeUpDataset();
});
afterEach(() => {
  dataset[Symbol.dispose]();
});

const PER_EPOCH = 8;

function timed(training: Record<string, unknown>): Recipe {
  const content = recipeContent('adversarial');
  const { epochs: _, ...rest } = content.training as Record<string, unknown>;
  return checkRecipe({ ...content, training: { ...rest, ...training } });
}

const run = (recipe: Recipe, folder: RunFolder, options: { steps?: number; say?: (line: string) => void } = {}) =>
  trainRecipe({ recipe, dataset, folder, progress: silent, ...options });
const planOf = (folder: RunFolder) => JSON.parse(readFileSync(folder.timePlan, 'utf8')) as TimePlan;
const records = (folder: RunFolder) =>
  readFileSync(folder.metrics, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as MetricsRecord);

describe('a training by the clock', () => {
  test('takes the steps that were planned, ends with the lowest rate, and says what it took', async () => {
    const folder = temporaryRun();
    const said: string[] = [];
    await run(timed({ within: '3s' }), folder, { say: (line) => said.push(line) });
    const plan = planOf(folder);
    const { secondsPerStep } = plan.phases[0]!;
    expect(plan.phases).toEqual([{ share: 1, secondsPerStep }]);
    expect(plan.steps * secondsPerStep).toBeLessThan(3);
    expect(plan.epochs).toBeCloseTo(plan.steps / PER_EPOCH, 2);
    expect(plan.took).toBeGreaterThan(0);
    const last = records(folder).at(-1)!;
    expect(last.step).toBe(plan.steps);
    const rates = records(folder).flatMap((record) => record['train/lr'] ?? []);
    expect(Math.min(...rates)).toBe(rates.at(-1));
    expect(said.join('\n')).toMatch(/epochs of 8 steps fit into 3 s.*\n.*took .* s of the 3 s/s);
  });

  test('measures each phase of the attack by itself', async () => {
    const folder = temporaryRun();
    const attackSchedule = [{ from: 0.25, steps: 20 }];
    await run(timed({ within: '2s', attackSchedule }), folder);
    const { phases, steps } = planOf(folder);
    expect(phases.map(({ share }) => share)).toEqual([0.25, 0.75]);
    expect(phases[1]!.secondsPerStep).toBeGreaterThan(phases[0]!.secondsPerStep);
    expect(records(folder).at(-1)!.step).toBe(steps);
  });

  test('leaves time for the looks of the watch for overfitting, and for the steps that its PGD trains', async () => {
    const attack = { name: 'fgsm', epsilon: 0.05 };
    const watch = { every: 8, examples: 16, rescueSteps: 40 };
    const [plain, watched] = [temporaryRun(), temporaryRun()];
    await run(timed({ within: '2s', attack }), plain);
    await run(timed({ within: '2s', attack, overfittingWatch: watch }), watched);
    const [without, with_] = [planOf(plain), planOf(watched)];
    expect(without.secondsPerLook).toBeUndefined();
    expect(with_.secondsPerLook).toBeGreaterThan(0);
    // As if all had 40 steps of PGD in place of one.
    expect(with_.phases[0]!.secondsPerStep).toBeGreaterThan(2 * without.phases[0]!.secondsPerStep);
    const pace = with_.phases[0]!.secondsPerStep + with_.secondsPerLook! / 8;
    expect(with_.steps * pace).toBeLessThan(2);
    expect(records(watched).at(-1)!.step).toBe(with_.steps);
  });

  test('measures training by bounds before, on and after its ramp', async () => {
    const folder = temporaryRun();
    const content = recipeContent();
    const { backend, batchSize } = content.training as Record<string, unknown>;
    const training = {
      method: 'crown-ibp',
      epsilon: 0.05,
      rampFrom: 0.25,
      rampTo: 0.75,
      within: '3s',
      batchSize,
      backend,
    };
    await run(checkRecipe({ ...content, training }), folder);
    const { phases } = planOf(folder);
    const [before, ramp, after] = phases.map(({ secondsPerStep }) => secondsPerStep);
    expect(phases.map(({ share }) => share)).toEqual([0.25, 0.5, 0.25]);
    expect(ramp).toBeGreaterThan(before!);
    expect(ramp).toBeGreaterThan(after!);
  });

  test('takes no more epochs than the recipe has', async () => {
    const folder = temporaryRun();
    await run(timed({ within: '60s', epochs: 2 }), folder);
    expect(planOf(folder)).toMatchObject({ steps: 2 * PER_EPOCH, epochs: 2 });
    expect(records(folder).at(-1)!.step).toBe(2 * PER_EPOCH);
  });

  test('stopped, goes on by the plan it began with', async () => {
    const folder = temporaryRun();
    const recipe = timed({ within: '2s' });
    await expect(run(recipe, folder, { steps: 3 })).rejects.toThrow('stopped after step 3');
    const before = planOf(folder);
    expect(before.took).toBeGreaterThan(0);
    await run(recipe, folder);
    const { took, ...plan } = planOf(folder);
    expect(plan).toEqual({ ...before, took: undefined });
    expect(took).toBeGreaterThan(before.took!);
    expect(records(folder).at(-1)!.step).toBe(before.steps);
  });

  test('without a time there is no plan', async () => {
    const folder = temporaryRun();
    await run(timed({ epochs: 1 }), folder);
    expect(existsSync(folder.timePlan)).toBe(false);
  });
});

describe('refused', () => {
  test('a time in which nothing fits, before the training', async () => {
    const folder = temporaryRun();
    const training = run(timed({ within: 0.001 }), folder);
    await expect(training).rejects.toThrow(/expected training.within of at least .* s here, as a step takes/);
    expect(existsSync(folder.checkpoint('last'))).toBe(false);
  });

  test('a plan that is none', async () => {
    const folder = temporaryRun();
    writeFileSync(folder.timePlan, '{"within": 3');
    await expect(run(timed({ within: '3s' }), folder)).rejects.toThrow(SaddlepointError);
    rmSync(folder.timePlan);
    execFileSync('mkfifo', [folder.timePlan]); // nobody waits for it
    await expect(run(timed({ within: '3s' }), folder)).rejects.toThrow(SaddlepointError);
  });

  test.each([
    [{ within: '8 parsecs' }, 'expected a time such as 90s, 8m or 2h'],
    [{ within: -1 }, 'expected a time such as'],
    [{}, 'expected a number of epochs, or the time'],
    [{ within: '8m', monitorTest: { batches: 1 } }, 'leave out within or monitorTest'],
  ])('%j', (training, message) => {
    expect(() => timed(training)).toThrow(message);
  });

  test('a resolved recipe, with seconds, is read again', () => {
    expect(timed({ within: '8m' }).training.within).toBe(480);
    expect(timed({ within: 480 }).training.within).toBe(480);
  });
});
