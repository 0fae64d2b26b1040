/**
 * The close looks at a run, once an epoch: which tags they write, and that what they say is true.
 *
 * @module
 */
import { decode } from 'fast-png';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { leavesNothingAlive } from '../../test/support/live-tensors.js';
import { disposeSplit, gatherBatch, slice, type Batch, type Dataset } from '../data/index.js';
import { ops, tensor, tidy } from '../engine/index.js';
import { cleanError } from '../evaluation/index.js';
import { PLAIN_BACKEND } from '../models/attack-network/index.js';
import { MemoryMonitor } from '../monitoring/index.js';
import { createModel } from '../models/index.js';
import { Sgd } from '../optim/index.js';
import { attackOf } from '../attacks/index.js';
import { imageGrid } from './image-grid.js';
import { DirectAttacker, madry, standard, TrainingStep, type Recipe } from './index.js';
import { madeUpDataset, madeUpRecipe } from './made-up.test-helper.js';
import { successRate, type StepMetrics } from './step-metrics.js';
import { watchStep, type WatchedRun } from './watch-step.js';
import { watchTest } from './watch-test.js';

let dataset: Dataset & Disposable;
let batch: Batch;
let monitor: MemoryMonitor;
leavesNothingAlive();
beforeEach(() => {
  dataset = madeUpDataset();
  batch = tidy(() => gatherBatch(dataset.train, ops.arange(12, { dtype: 'int64' })));
  monitor = new MemoryMonitor();
});
afterEach(() => {
  for (const tensor of Object.values(batch)) (tensor as Batch['images']).dispose();
  dataset[Symbol.dispose]();
});

/** One watched step of a recipe's training. */
function watchedStep(recipe: Recipe, adversarialRatio = 1) {
  using model = createModel(recipe.model, 1);
  using optimizer = new Sgd(model.namedParameters(), { momentum: 0.9 });
  const { seed, training } = recipe;
  const attack = training.attack && attackOf(training.attack);
  const step = new TrainingStep({
    model,
    method: attack === undefined ? standard.create({}) : madry.create({ adversarialRatio }),
    attacker: attack && new DirectAttacker({ attack: () => attack, backend: PLAIN_BACKEND, seed }),
    optimizer,
    schedule: () => 0.05,
    seed,
  });
  let scalars: StepMetrics = {};
  const metrics = step.run(batch, { step: 0, epoch: 0 }, (view) => {
    scalars = watchStep({ recipe, model, monitor }, view, 1, 0);
  });
  const names = Array.from(model.namedParameters(), ([name]) => name);
  return { metrics, scalars, names, modes: Array.from(model.modules(), ([, module]) => module.training) };
}

const mean = (tag: string) => {
  const value = monitor.recorded.histograms.get(tag)?.[0]?.value ?? new Float64Array();
  return value.reduce((sum, x) => sum + x, 0) / value.length;
};

test('a normal step: distributions whose means are the metrics, the images, and the size of each weight and gradient', () => {
  const { metrics, scalars, names, modes } = watchedStep(madeUpRecipe());
  const sizes = names.flatMap((name) => [`weights/${name}`, `gradients/${name}`]);
  expect([...monitor.recorded.histograms.keys()].sort()).toEqual(
    ['train/confidences', 'train/logits', 'train/losses', ...sizes].sort(),
  );
  expect(mean('train/losses')).toBeCloseTo(metrics['train/loss']!, 5);
  expect(mean('train/confidences')).toBeCloseTo(metrics['train/confidence']!, 5);
  expect([...monitor.recorded.images.keys()]).toEqual(['train/images']);
  expect(Object.keys(scalars).sort()).toEqual(names.flatMap((name) => [`weight/${name}`, `gradient/${name}`]).sort());
  for (const size of Object.values(scalars)) expect(size).toBeGreaterThanOrEqual(0);
  expect(modes.every(Boolean)).toBe(true);
});

test('a half adversarial step: both parts by themselves, the attack within its budget, original and attacked images', () => {
  const recipe = madeUpRecipe('adversarial');
  const { metrics, scalars, modes } = watchedStep(recipe, 0.5);
  expect(mean('train/losses')).toBeCloseTo(metrics['train/loss']!, 5);
  expect(mean('train/adversarial_losses')).toBeCloseTo(metrics['train/adversarial_loss']!, 5);
  const sizes = ['logits', 'confidences', 'objectives', 'norms'].map(
    (name) => monitor.recorded.histograms.get(`train/adversarial_${name}`)?.[0]?.value.length,
  );
  expect(sizes).toEqual([6 * 4, 6, 6, 6]);
  const norms = monitor.recorded.histograms.get('train/adversarial_norms')?.[0]?.value ?? [];
  for (const norm of norms) expect(norm).toBeLessThanOrEqual(0.05 + 1e-6);
  expect(scalars['train/adversarial_norm']).toBeGreaterThan(0.02);
  expect(scalars['train/adversarial_success']).toBeGreaterThanOrEqual(0);
  expect([...monitor.recorded.images.keys()]).toEqual(['train/images', 'train/adversarial_images']);
  expect(modes.every(Boolean)).toBe(true);
});

test('watching a step changes neither weights nor metrics', () => {
  const recipe = madeUpRecipe('adversarial');
  const run = (watch: boolean) => {
    using model = createModel(recipe.model, 1);
    using optimizer = new Sgd(model.namedParameters(), { momentum: 0.9 });
    const attack = attackOf({ name: 'pgd', norm: 'linf', epsilon: 0.05, steps: 2 });
    const attacker = new DirectAttacker({ attack: () => attack, backend: PLAIN_BACKEND, seed: 1 });
    const method = madry.create({ adversarialRatio: 1 });
    const training = new TrainingStep({ model, method, attacker, optimizer, schedule: () => 0.05, seed: 1 });
    const metrics = [0, 1].map((step) =>
      training.run(
        batch,
        { step, epoch: 0 },
        watch ? (view) => void watchStep({ recipe, model, monitor }, view, 1, 0) : undefined,
      ),
    );
    return [metrics, [...model.stateDict()].map(([name, value]) => [name, value.toNumbers()])];
  };
  expect(run(true)).toEqual(run(false));
});

test('the test set: errors as an evaluation counts them, the attack on the first batches alone', async () => {
  const recipe = madeUpRecipe('adversarial', { batchSize: 5 });
  const model = createModel(recipe.model, 1);
  const run: WatchedRun = { recipe, model, monitor };
  const scalars = await watchTest(run, dataset.test, 2, 8, 24);
  expect(Object.keys(scalars).sort()).toEqual(
    [
      ...['loss', 'error', 'logit', 'confidence'].map((name) => `test/${name}`),
      ...['loss', 'error', 'confidence', 'norm', 'objective', 'success'].map((name) => `test/adversarial_${name}`),
    ].sort(),
  );
  expect(scalars['test/error']).toBe((await cleanError(model, dataset.test)).error);
  const first = slice(dataset.test, 0, 10);
  expect(scalars['test/adversarial_error']).toBeGreaterThanOrEqual((await cleanError(model, first)).error);
  disposeSplit(first);
  expect(monitor.recorded.histograms.get('test/losses')?.[0]).toMatchObject({ step: 8, value: { length: 16 } });
  expect(monitor.recorded.histograms.get('test/adversarial_norms')?.[0]?.value.length).toBe(10);
  expect(await watchTest(run, dataset.test, 2, 8, 24)).toEqual(scalars);
  model.dispose();
});

test('the test set is attacked as the training is at that step, by its schedule', async () => {
  const attack = { epsilon: 0.01, steps: 1 };
  const weak = madeUpRecipe('adversarial', { attack, attackSchedule: [{ from: 0.5, epsilon: 0.3, steps: 5 }] });
  const model = createModel(weak.model, 1);
  const norms = async (step: number) =>
    (await watchTest({ recipe: weak, model, monitor }, dataset.test, 1, step, 24))['test/adversarial_norm'];
  expect(await norms(12)).toBeLessThan(0.011);
  expect(await norms(13)).toBeGreaterThan(0.1);
  model.dispose();
});

test('the success of an attack is counted among the images that were right', () => {
  tidy(() => {
    const flags = (...values: number[]) => tensor(values).ne(0);
    expect(successRate(flags(1, 0, 0, 0), flags(1, 1, 0, 0))).toBeCloseTo(1 / 3, 12);
    expect(successRate(flags(1, 1), flags(1, 1))).toBe(0);
  });
});

test('a grid shows the images row by row, and black where there are fewer than 16', () => {
  tidy(() => {
    const images = ops.arange(5, { dtype: 'float32' }).add(1).div(5).reshape([5, 1, 1, 1]).expand([5, 1, 2, 3]);
    const { png, width, height } = imageGrid(images);
    expect([width, height]).toEqual([12, 8]);
    const { data } = decode(png);
    const corner = (row: number, column: number) => data[2 * row * 12 + 3 * column];
    expect([0, 1, 2, 3].map((column) => corner(0, column))).toEqual([51, 102, 153, 204]);
    expect([corner(1, 0), corner(1, 1), corner(3, 3)]).toEqual([255, 0, 0]);
  });
});
