/**
 * The loop: it learns, it can be stopped anywhere and goes on to the same weights bit by bit, and its
 * records tell the run once.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { appendFileSync, copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { leavesNothingAlive } from '../../test/support/live-tensors.js';
import { folderWith } from '../../test/support/folders.js';
import { storedZip } from '../../test/support/stored-zip.js';
import type { Dataset } from '../data/index.js';
import { npyFile } from '../data/npy.test-helper.js';
import { cleanError, robustError } from '../evaluation/index.js';
import { readSafetensors, SaddlepointError, tidy } from '../engine/index.js';
import { MetricsFile, silent, type MetricsRecord, type Progress, type RunFolder } from '../monitoring/index.js';
import { checkRecipe, loadCheckpoint, trainRecipe, WeightPerturbation, type Recipe } from './index.js';
import { madeUpDataset, madeUpRecipe, recipeContent, temporaryRun } from './made-up.test-helper.js';

/** Steps of an epoch and of a run of the made-up recipe. */
const [EPOCH, TOTAL] = [8, 24];

let dataset: Dataset & Disposable;
leavesNothingAlive();
beforeEach(() => {
  dataset = madeUpDataset();
});
afterEach(() => {
  dataset[Symbol.dispose]();
});

/** Trains until a step, counted by the signal's reads, if one is given; returns the error then. */
async function runUntil(recipe: Recipe, folder: RunFolder, stopAfter = Infinity, progress: Progress = silent) {
  let steps = 0;
  // The loop looks at the signal once a step: a stand-in that counts makes the stop exact.
  const signal = {
    get aborted() {
      steps += 1;
      return steps >= stopAfter;
    },
  } as AbortSignal;
  return trainRecipe({ recipe, dataset, folder, progress, signal }).then(
    () => undefined,
    (error: unknown) => error as SaddlepointError,
  );
}

/** Stands for every bit of the last checkpoint. */
const bytesOf = (folder: RunFolder) =>
  createHash('sha256')
    .update(readFileSync(folder.checkpoint('last')))
    .digest('hex');
const records = (folder: RunFolder) => new MetricsFile(folder.metrics).read();
const steps = (folder: RunFolder, tag: string) =>
  records(folder)
    .filter((record) => tag in record)
    .map(({ step }) => step);
const without = ({ seconds: _, ...record }: MetricsRecord) => record;

describe.each([
  ['standard training', 'standard', {}],
  ['adversarial training', 'adversarial', {}],
  ['adversarial training by two threads', 'adversarial', { attackSplit: 2 }],
  [
    'adversarial training of which either weights or their mean count',
    'adversarial',
    { weightAverage: { name: 'swa', from: 0.3, every: 0.5, batches: 3, weights: 'either' } },
  ],
] as const)('%s', (_, method, options) => {
  const recipe = madeUpRecipe(method, options);

  test('twice gives the same checkpoint to the last bit, and records a line every 10 steps and an epoch', async () => {
    const [first, second] = [temporaryRun(), temporaryRun()];
    expect(await runUntil(recipe, first)).toBeUndefined();
    expect(await runUntil(recipe, second)).toBeUndefined();
    expect(bytesOf(second)).toBe(bytesOf(first));
    expect(steps(first, 'train/lr')).toEqual([10, 20, TOTAL]);
    expect(steps(first, 'validation/adversarial_error')).toEqual([EPOCH, 2 * EPOCH, TOTAL]);
    expect(records(first).map(({ epoch }) => epoch)).toEqual([1, 1.25, 2, 2.5, 3, 3]);
  });

  test.each([1, 7, EPOCH, 13, TOTAL - 1])('stopped after step %i, it goes on to the same weights', async (stop) => {
    const [whole, folder] = [temporaryRun(), temporaryRun()];
    await runUntil(recipe, whole);
    const failure = await runUntil(recipe, folder, stop);
    expect(failure).toBeInstanceOf(SaddlepointError);
    expect(failure?.code).toBe('INTERRUPTED');
    expect(failure?.message).toContain(`stopped after step ${stop} of ${TOTAL}; the same command goes on from`);
    expect(await runUntil(recipe, folder)).toBeUndefined();
    expect(bytesOf(folder)).toBe(bytesOf(whole));
    // Each line once, and averages over the same steps.
    expect(records(folder).map(without)).toEqual(records(whole).map(without));
  });

  test('killed, it goes on from the last checkpoint and tells no step twice', async () => {
    const [whole, folder, later] = [temporaryRun(), temporaryRun(), temporaryRun()];
    await runUntil(recipe, whole);
    await runUntil(recipe, folder, EPOCH);
    await runUntil(recipe, later, 21);
    // As a kill after step 21 leaves it: the checkpoint of an epoch before, metrics up to the kill, half a line.
    copyFileSync(later.metrics, folder.metrics);
    appendFileSync(folder.metrics, '{"step":21,"epo');
    expect(await runUntil(recipe, folder)).toBeUndefined();
    expect(bytesOf(folder)).toBe(bytesOf(whole));
    expect(records(folder).map(({ step }) => step)).toEqual(records(whole).map(({ step }) => step));
    expect(records(folder).map(Object.keys)).toEqual(records(whole).map(Object.keys));
    const seconds = records(folder).map((record) => record.seconds);
    expect([...seconds].sort((a, b) => a - b)).toEqual(seconds);
  });

  test('learns what can be learnt', async () => {
    const folder = temporaryRun();
    const patient = madeUpRecipe(method, { ...options, epochs: 12 });
    await runUntil(patient, folder);
    const { model } = loadCheckpoint(folder.checkpoint('last'));
    expect((await cleanError(model, dataset.test)).errors).toBe(0);
    const { attack } = patient.evaluation;
    const robust = await robustError(model, dataset.test, { attack, restarts: 1, seed: 1 });
    expect(robust.robustError).toBeLessThan(0.3);
    model.dispose();
    const losses = records(folder).flatMap((record) => record['train/loss'] ?? record['train/adversarial_loss'] ?? []);
    expect(losses.at(-1)).toBeLessThan(losses[0]! / 2);
  });
});

describe('generated images, mixed labels and statistics that are estimated anew', () => {
  const model = {
    architecture: 'wide-resnet',
    options: { depth: 10, widenFactor: 1, width: 4, dropout: 0.3, channels: 1, classes: 4 },
  };
  const recipeWith = (training: object, extra: object) => {
    const content = recipeContent('adversarial');
    const averaged = { name: 'swa', from: 0.2, every: 0.25, batches: 2, weights: 'either' };
    return checkRecipe({
      ...content,
      dataset: { ...(content.dataset as object), extra },
      augmentation: ['flip', { name: 'cutmix', probability: 1 }],
      model,
      training: { ...(content.training as object), epochs: 2, weightAverage: averaged, ...training },
    });
  };
  const images = npyFile(
    '|u1',
    '(9, 8, 8)',
    Uint8Array.from({ length: 576 }, (_, i) => (i * 7) % 251),
  );
  const fileWith = (labels: number[]) => {
    const arrays = { 'image.npy': images, 'label.npy': npyFile('|u1', '(9,)', Uint8Array.from(labels)) };
    return join(folderWith({ 'extra.npz': storedZip(new Map(Object.entries(arrays))) }), 'extra.npz');
  };

  test.each([3, 11])('stopped after step %i, it goes on to the same weights', async (stop) => {
    const recipe = recipeWith({}, { file: fileWith([0, 1, 2, 3, 0, 1, 2, 3, 0]), share: 0.5 });
    const [whole, folder] = [temporaryRun(), temporaryRun()];
    expect(await runUntil(recipe, whole)).toBeUndefined();
    expect((await runUntil(recipe, folder, stop))?.code).toBe('INTERRUPTED');
    expect(await runUntil(recipe, folder)).toBeUndefined();
    expect(bytesOf(folder)).toBe(bytesOf(whole));
    expect(readFileSync(folder.checkpoint('best'))).toEqual(readFileSync(whole.checkpoint('best')));
    expect(records(folder).map(without)).toEqual(records(whole).map(without));
    expect(steps(folder, 'validation/raw_adversarial_error')).toEqual([EPOCH, 2 * EPOCH]);
  });

  test('the best weights are the raw ones where these alone are chosen from, and the last are the average', async () => {
    const folder = temporaryRun();
    const recipe = recipeWith(
      { weightAverage: { decay: 0.9, weights: 'raw' } },
      { file: fileWith(Array<number>(9).fill(1)) },
    );
    expect(await runUntil(recipe, folder)).toBeUndefined();
    const namesOf = (name: 'best' | 'last') => [...tidy(() => readSafetensors(folder.checkpoint(name)).tensors.keys())];
    expect(namesOf('best').some((name) => name.startsWith('trained/'))).toBe(false);
    expect(namesOf('last').some((name) => name.startsWith('trained/'))).toBe(true);
    expect(steps(folder, 'validation/raw_error')).toEqual([]);
  });

  test('a file that does not fit is refused before the first step', async () => {
    const folder = temporaryRun();
    const failure = await runUntil(recipeWith({}, { file: fileWith([0, 1, 2, 3, 4, 0, 0, 0, 0]) }), folder);
    expect(failure?.message).toMatch(/extra\.npz cannot be used for made up: expected labels from 0 to 3, received 4/);
    expect(existsSync(folder.metrics)).toBe(false);
  });
});

describe('a run', () => {
  test('that is complete trains no more', async () => {
    const folder = temporaryRun();
    await runUntil(madeUpRecipe(), folder);
    const before = [bytesOf(folder), readFileSync(folder.metrics, 'utf8')];
    expect(await runUntil(madeUpRecipe(), folder, 1)).toBeUndefined();
    expect([bytesOf(folder), readFileSync(folder.metrics, 'utf8')]).toEqual(before);
  });

  test('may be a part of an epoch', async () => {
    const folder = temporaryRun();
    expect(await runUntil(madeUpRecipe('standard', { epochs: 0.5 }), folder)).toBeUndefined();
    expect(steps(folder, 'train/lr')).toEqual([EPOCH / 2]);
  });

  test.each([0.1, 1])("takes the recipe's share of a batch into batch norm's statistics: %d", async (momentum) => {
    // One step from variances of 1.
    const variances = async (batchNormMomentum: number) => {
      const folder = temporaryRun();
      const recipe = madeUpRecipe('standard', { epochs: 1 / EPOCH, batchNormMomentum });
      const model = { architecture: 'resnet20', options: { width: 2, classes: 4, channels: 1 } } as const;
      expect(await runUntil({ ...recipe, model }, folder)).toBeUndefined();
      using trained = loadCheckpoint(folder.checkpoint('last')).model;
      return trained.stateDict().get('bn1.running_var')!.toNumbers();
    };
    const ofBatch = await variances(1);
    const expected = ofBatch.map((variance) => 1 - momentum + momentum * variance);
    (await variances(momentum)).forEach((variance, i) => expect(variance).toBeCloseTo(expected[i]!, 5));
    expect(ofBatch).not.toContain(1);
  });

  test('tells its progress from where it starts, and stops telling however it ends', async () => {
    const folder = temporaryRun();
    const told: unknown[][] = [];
    const progress: Progress = {
      start: (...values) => told.push(['start', ...values]),
      update: (done) => told.push(['update', done]),
      say: (line) => told.push(['say', line]),
      stop: () => told.push(['stop']),
    };
    await runUntil(madeUpRecipe(), folder, 13, progress);
    await runUntil(madeUpRecipe(), folder, Infinity, progress);
    expect(told).toEqual([
      ['start', 'training', TOTAL, 0],
      ['update', 10],
      ['update', 13],
      ['stop'],
      ['start', 'training', TOTAL, 13],
      ['update', 20],
      ['update', TOTAL],
      ['stop'],
    ]);
  });

  test('whose loss explodes ends with NUMERIC and leaves the last checkpoint', async () => {
    const folder = temporaryRun();
    await runUntil(madeUpRecipe(), folder, 5);
    const before = bytesOf(folder);
    const wild = { ...madeUpRecipe(), schedule: { name: 'constant' as const, rate: 1e30 } };
    expect((await runUntil(wild, folder))?.code).toBe('NUMERIC');
    expect(bytesOf(folder)).toBe(before);
  });
});

describe('refused before any work', () => {
  test('a validation part as large as the training set', async () => {
    const folder = temporaryRun();
    const recipe = madeUpRecipe();
    const failure = await runUntil({ ...recipe, dataset: { ...recipe.dataset, validation: 80 } }, folder);
    expect(failure?.code).toBe('RECIPE');
    expect(failure?.message).toBe('expected dataset.validation below the 80 training images, received 80');
    expect(existsSync(folder.metrics)).toBe(false);
  });

  test('the checkpoint of another network', async () => {
    const folder = temporaryRun();
    const recipe = madeUpRecipe();
    await runUntil(recipe, folder, 1);
    const before = bytesOf(folder);
    const { architecture, options } = recipe.model;
    const failure = await runUntil({ ...recipe, model: { architecture, options: { ...options, width: 6 } } }, folder);
    expect(failure?.code).toBe('CHECKPOINT');
    expect(bytesOf(folder)).toBe(before);
  });
});

test('weights are perturbed as the recipe says, from its share of the steps on', async () => {
  const content = recipeContent('adversarial');
  const training = { ...(content.training as object), weightPerturbation: { from: 0.5 } };
  const recipe = checkRecipe({ ...content, training });
  expect(recipe.training.weightPerturbation).toEqual({ gamma: 0.005, from: 0.5 });
  const perturb = vi.spyOn(WeightPerturbation.prototype, 'perturb');
  await trainRecipe({ recipe, dataset, folder: temporaryRun(), progress: silent });
  expect(perturb.mock.calls.map(([, step]) => step)).toEqual(Array.from({ length: 24 }, (_, step) => step));
  vi.restoreAllMocks();
});
