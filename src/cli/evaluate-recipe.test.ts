/**
 * A recipe's evaluation is whole, also where a network leaves nothing to measure; confident errors are sought in parts
 * that can be stopped.
 *
 * @module
 */
import { existsSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/folders.js';
import { confidenceStages, createAttack } from '../attacks/index.js';
import { count, disposeSplit, type Split } from '../data/index.js';
import { memory, tensor } from '../engine/index.js';
import type { EvaluationResult } from '../evaluation/index.js';
import { smallNetwork, smallSplit } from '../evaluation/job/job.test-helper.js';
import { RunFolder, silent } from '../monitoring/index.js';
import type { Module } from '../nn/index.js';
import { checkEvaluation } from '../training/index.js';
import { evaluateConfidence } from './evaluate-confidence.js';
import { evaluateRecipe, evaluationAttacks } from './evaluate-recipe.js';

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
  // Two restarts of each of three batches.
  expect(updates).toEqual([12, 24, 36, 48, 54, 60]);
});

test('confident errors: the most confident one of all restarts, also where the first one fools the network', async () => {
  const strong = createAttack({ ...attack, epsilon: 0.5, objective: 'confidence' });
  const after = (restarts: number) => evaluateConfidence({ model, test: test_, recipe: recipe({ confidence: 30, restarts }), seeking: strong }); // prettier-ignore
  const [one, three] = [await after(1), await after(3)];
  expect(one.robustTestError).toBe(1);
  expect(three.rocAuc).toBeLessThan(one.rocAuc);
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

const short = { attack: 'autoattack', steps: 4, restarts: 2, queries: 10 };

describe('the maximum-confidence AutoAttack', () => {
  const stages = confidenceStages({ ...attack, classes: 4, steps: 4, restarts: 2, queries: 10 });
  const run = () => ({
    model,
    test: test_,
    recipe: recipe({ confidence: { examples: 20, ...short } }),
    seeking: stages,
  });

  test('a worst case over its rounds, the same in parts, with progress after each round', async () => {
    const updates: number[] = [];
    const progress = { ...silent, update: (done: number) => updates.push(done) };
    const whole = await evaluateConfidence(run());
    expect(whole).toMatchObject({ attack: 'autoattack for confidence', norm: 'linf', epsilon: 0.06, examples: 20 });
    expect(await evaluateConfidence({ ...run(), batchSize: 12, progress })).toEqual(whole);
    // Two restarts, three targets, Square; in two batches.
    expect(updates).toEqual([12, 24, 36, 48, 60, 72, 80, 88, 96, 104, 112, 120]);
    for (const stage of stages) {
      const alone = await evaluateConfidence({ ...run(), seeking: [stage] });
      expect(whole.robustTestError).toBeGreaterThanOrEqual(alone.robustTestError);
      whole.atTpr.forEach(({ fpr }, i) => {
        expect(fpr).toBeGreaterThanOrEqual(alone.atTpr[i]!.fpr);
      });
    }
  });

  test('stopped between two rounds', async () => {
    const controller = new AbortController();
    const progress = { ...silent, update: (done: number) => done >= 84 && controller.abort() };
    await expect(
      evaluateConfidence({ ...run(), progress, signal: controller.signal, batchSize: 12 }),
    ).rejects.toMatchObject({
      code: 'INTERRUPTED',
      message: expect.stringContaining('after 12 of 20 images') as string,
    });
  });

  test('is what the recipe says; else the evaluation attacks with its own attack', () => {
    const seekingOf = (confidence: unknown, changes: object = {}) =>
      evaluationAttacks(recipe({ confidence, attack: { ...attack, ...changes } }), 4).seeking;
    const rounds = seekingOf({ examples: 20, ...short });
    expect(rounds).toMatchObject([{ name: 'apgd-conf' }, { name: 'apgd-conf-t' }, { name: 'square-conf' }]);
    expect((rounds as typeof stages).map((stage) => [stage.rounds.length, stage.passes.gradients, stage.passes.forwards])).toEqual([[2, 4, 0], [3, 4, 0], [1, 0, 10]]); // prettier-ignore
    for (const own of [20, { examples: 20 }, { examples: 20, attack: 'pgd' }]) {
      expect(seekingOf(own)).toMatchObject({ name: 'pgd', objective: { name: 'confidence' } });
    }
    expect(seekingOf(0)).toBeUndefined();
    const sparse = { norm: 'l0', epsilon: 5 };
    expect(() => seekingOf({ examples: 20, attack: 'autoattack' }, sparse)).toThrow(/a norm for AutoAttack/);
  });
});

test('stopped at its curve, an evaluation goes on from the points there are, to the same result', async () => {
  const dataset = { name: 'made up', classes, train: test_, test: test_ };
  const options = recipe({ examples: 30, curve: [0.02, 0.1], curveExamples: 20, confidence: { examples: 20, ...short } }); // prettier-ignore
  const evaluate = (folder: RunFolder, signal?: AbortSignal) => evaluateRecipe({ model, dataset, recipe: options, folder, signal }); // prettier-ignore
  const lasting = (result: EvaluationResult) => JSON.stringify(result, (key, value: unknown) => (key === 'seconds' ? 0 : value)); // prettier-ignore
  const whole = await evaluate(new RunFolder(temporaryFolder()));
  expect(whole.curve.map(({ epsilon, examples }) => [epsilon, examples])).toEqual([[0, 20], [0.02, 20], [0.1, 20]]); // prettier-ignore
  expect(whole.confidence?.attack).toBe('autoattack for confidence');

  const folder = new RunFolder(temporaryFolder());
  const journal = folder.evaluation.replace(/test\.json$/, 'curve/journal.jsonl');
  const controller = new AbortController();
  const watch = setInterval(() => {
    if (existsSync(journal) && readFileSync(journal, 'utf8').includes('"epsilon 0.02"')) controller.abort();
  }, 0);
  await expect(evaluate(folder, controller.signal)).rejects.toMatchObject({ code: 'INTERRUPTED' });
  clearInterval(watch);
  expect(readFileSync(journal, 'utf8')).toContain('"epsilon 0.02"');
  expect(lasting(await evaluate(folder))).toBe(lasting(whole));
  expect(existsSync(journal)).toBe(false);
});
