/**
 * A recipe's evaluation is whole, also where a network leaves nothing to measure; confident errors are sought in parts
 * that can be stopped.
 *
 * @module
 */
import { existsSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/folders.js';
import { createAttack } from '../attacks/index.js';
import { count, disposeSplit, type Split } from '../data/index.js';
import { memory, tensor } from '../engine/index.js';
import type { EvaluationResult } from '../evaluation/index.js';
import { smallNetwork, smallSplit } from '../evaluation/job/job.test-helper.js';
import { RunFolder, silent } from '../monitoring/index.js';
import type { Module } from '../nn/index.js';
import { checkEvaluation } from '../training/index.js';
import { evaluateConfidence } from './evaluate-confidence.js';
import { evaluateRecipe } from './evaluate-recipe.js';

let live = 0;
let model: Module;
let test_: Split;
beforeEach(() => {
  live = memory().live;
  model = smallNetwork().evaluate();
  test_ = smallSplit(model, 80);
});
afterEach(() => {
  model.dispose();
  disposeSplit(test_);
  expect(memory().live).toBe(live);
});

const classes = ['a', 'b', 'c', 'd'];
const attack = { name: 'pgd', norm: 'linf', epsilon: 0.06, steps: 3 } as const;
const recipe = (more: object) => ({
  seed: 1,
  evaluation: checkEvaluation({ dataset: 'fashion-mnist', evaluation: { attack, ...more } }).evaluation,
});

/** The network gets these wrong now: every label is one further. */
function relabel(wrong: (position: number) => boolean): void {
  const labels = test_.labels.toNumbers().map((label, i) => (wrong(i) ? (label + 1) % 4 : label));
  test_.labels.dispose();
  test_ = { ...test_, labels: tensor(BigInt64Array.from(labels, BigInt)) };
}

test('what cannot be measured is a note of the result, which is written', async () => {
  // Masking looks at the first images, thresholds come from the last tenth.
  relabel((position) => position < 20 || position >= 72);
  const folder = new RunFolder(temporaryFolder());
  const options = recipe({ examples: 60, masking: 20, confidence: 30 });
  await evaluateRecipe({ model, dataset: { name: 'made up', classes, train: test_, test: test_ }, recipe: options, folder }); // prettier-ignore
  const { masking, confidence, notes, attacks } = JSON.parse(readFileSync(folder.evaluation, 'utf8')) as EvaluationResult; // prettier-ignore
  expect([masking, confidence]).toEqual([undefined, undefined]);
  expect(attacks.pgd?.examples).toBe(60);
  const text = notes!.join('\n');
  expect(text).toMatch(/gradient masking was not measured: expected a network that gets some of 20 images right/);
  expect(text).toMatch(/right to refuse was not measured: expected correctly classified validation examples/);
  expect(existsSync(folder.evaluation.replace(/\.json$/, '/state.json'))).toBe(false);
});

const seeking = createAttack({ ...attack, objective: 'confidence' });

test('confident errors: the same in parts, with progress after each', async () => {
  const updates: number[] = [];
  const progress = { ...silent, update: (done: number) => updates.push(done) };
  const run = { model, test: test_, recipe: recipe({ confidence: 30, restarts: 2 }), seeking };
  const whole = await evaluateConfidence(run);
  expect(whole).toMatchObject({ attack: 'pgd for confidence', examples: 30 });
  expect(await evaluateConfidence({ ...run, batchSize: 12, progress })).toEqual(whole);
  expect(updates).toEqual([12, 24, 30]);
});

test('confident errors: stopped between two parts', async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const progress = { ...silent, update: (done: number) => done >= 24 && controller.abort() };
  const run = { model, test: test_, recipe: recipe({ confidence: count(test_) }), seeking, signal, progress, batchSize: 12 }; // prettier-ignore
  await expect(evaluateConfidence(run)).rejects.toMatchObject({
    code: 'INTERRUPTED',
    message: 'the evaluation was stopped after 24 of 80 images attacked for confident errors',
  });
});
