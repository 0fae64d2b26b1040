/**
 * Common corruptions in a recipe's evaluation and of a file of weights: what is written, and what is refused
 * beforehand.
 *
 * @module
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { failureOf } from '../../test/support/failure.js';
import { temporaryFolder } from '../../test/support/folders.js';
import { leavesNothingAlive } from '../../test/support/live-tensors.js';
import { corruptionFolder, SIDE } from '../data/corruptions/made-up-corruptions.test-helper.js';
import { disposeSplit, makeSplit, type Dataset } from '../data/index.js';
import { smallSplit, smallNetwork } from '../evaluation/job/job.test-helper.js';
import type { EvaluationResult } from '../evaluation/index.js';
import { RunFolder, runFiles } from '../monitoring/index.js';
import { Flatten, initialize, Linear, Sequential, type Module } from '../nn/index.js';
import { checkEvaluation } from '../training/index.js';
import { evaluateCorruptions, openCorruptions } from './evaluate-corruptions.js';
import { evaluateRecipe } from './evaluate-recipe.js';
import type { EvaluationRun } from './evaluation-run.js';
import { evaluateNetwork } from './run-evaluation.js';

leavesNothingAlive();

const IMAGES = 20;
const LABELS = Array.from({ length: IMAGES }, (_, i) => (i * 7) % 4);
const attack = { name: 'pgd', norm: 'linf', epsilon: 0.02, steps: 2 } as const;

let model: Module;
let dataset: Dataset;
beforeEach(() => {
  model = initialize(new Sequential(new Flatten(), new Linear(3 * SIDE ** 2, 4)), 5).eval();
  const bytes = Uint8Array.from({ length: IMAGES * 3 * SIDE ** 2 }, (_, i) => (i * 40503 + i * i) % 256);
  const test = makeSplit('test', bytes, Uint8Array.from(LABELS), [3, SIDE, SIDE], 4);
  dataset = { name: 'made up', classes: ['a', 'b', 'c', 'd'], train: test, test };
});
afterEach(() => {
  model.dispose();
  disposeSplit(dataset.test);
});

test("a recipe's evaluation has them beside its attack, on images of their own number", async () => {
  const asked = { attack, examples: 12, corruptions: { folder: corruptionFolder(LABELS) } };
  const recipe = { seed: 1, evaluation: checkEvaluation({ dataset: 'cifar-10', evaluation: asked }).evaluation };
  const folder = new RunFolder(temporaryFolder());
  const result = await evaluateRecipe({ model, dataset, recipe, folder });
  expect(result.attacks.pgd?.examples).toBe(12);
  expect(result.corruptions).toMatchObject({ examples: IMAGES, data: { selection: 'test[0:20]' } });
  expect(result.corruptions?.corruptions.map(({ name }) => name)).toEqual(['gaussian_noise', 'fog']);
  expect(result.notes?.join('\n')).toContain('the mean is partial, over 2 of the 15 standard corruptions');
  expect(existsSync(join(folder.path, 'evaluation', 'corruptions'))).toBe(false);
});

test('of a file of weights they are a result of their own, whose name no other has', async () => {
  const output = join(temporaryFolder(), 'evaluation');
  const said: string[] = [];
  const measure = (folder: string, examples?: number) =>
    evaluateCorruptions(
      {
        ...{ model, dataset, output, source: {}, plans: [], seed: 1, asked: 1, elsewhere: undefined },
        options: { corruptions: folder, examples },
        say: (line: string) => said.push(line),
      } as unknown as EvaluationRun,
      new AbortController().signal,
    );
  const whole = await measure(corruptionFolder(LABELS));
  await measure(corruptionFolder(LABELS, { 'fog.npy': undefined }));
  await measure(corruptionFolder(LABELS), 5);
  const files = readdirSync(output);
  expect(files).toHaveLength(3);
  expect(files.filter((name) => name.startsWith('corruptions-20-'))).toHaveLength(2);
  const saved = files.map((name) => JSON.parse(readFileSync(join(output, name), 'utf8')) as EvaluationResult);
  expect(saved).toContainEqual(JSON.parse(JSON.stringify(whole)));
  expect(whole.of?.data.sha256).toBe(whole.corruptions?.data.sha256);
  expect(runFiles(new RunFolder(join(output, '..')))).toHaveLength(3);
  expect(said.filter((line) => line.startsWith('Result: '))).toHaveLength(3);
});

test('grey images and other labels are refused before anything is measured', () => {
  const network = smallNetwork();
  const grey = smallSplit(network);
  const path = corruptionFolder(LABELS);
  const failure = failureOf(() => openCorruptions(path, { ...dataset, test: grey }));
  expect(failure).toMatchObject({ code: 'DATA', message: expect.stringContaining('with 1 channel') as string });
  const others = corruptionFolder(LABELS.map((label) => 3 - label));
  expect(failureOf(() => openCorruptions(others, dataset)).message).toContain('Are they of another data set?');
  network.dispose();
  disposeSplit(grey);
});

test.each([
  ['--epsilon', { epsilon: 0.1 }],
  ['--seed', { seed: 2 }],
  ['--sample', { sample: 3 }],
  ['--clean-only', { cleanOnly: true }],
])('%s has no meaning with --corruptions', async (name, option) => {
  const usual = { attack: [], version: 'standard', order: 'exact', cleanOnly: false, set: [], device: 'cpu' } as const;
  const running = evaluateNetwork('nowhere', { ...usual, corruptions: 'CIFAR-10-C', ...option });
  await expect(running).rejects.toMatchObject({
    code: 'ARGUMENT',
    message: expect.stringContaining(`expected no ${name} with --corruptions`) as string,
  });
});
