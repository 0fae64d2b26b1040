/**
 * A recipe's evaluation is whole, also where a network leaves nothing to measure, and goes on where it was stopped.
 *
 * @module
 */
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/folders.js';
import type { Split } from '../data/index.js';
import { tensor } from '../engine/index.js';
import type { EvaluationResult } from '../evaluation/index.js';
import { withSmallNetwork } from '../evaluation/job/job.test-helper.js';
import { RunFolder } from '../monitoring/index.js';
import type { Module } from '../nn/index.js';
import { checkEvaluation } from '../training/index.js';
import { evaluateRecipe, evaluationAttacks } from './evaluate-recipe.js';

let model: Module;
let test_: Split;
withSmallNetwork((made) => {
  ({ model, split: test_ } = made);
}, 80);

const classes = ['a', 'b', 'c', 'd'];
const attack = { name: 'pgd', norm: 'linf', epsilon: 0.06, steps: 3 } as const;
const recipe = (more: object) => ({
  seed: 1,
  evaluation: checkEvaluation({ dataset: 'fashion-mnist', evaluation: { attack, ...more } }).evaluation,
});

test('what cannot be measured is a note of the result, which is written', async () => {
  // Masking looks at the first images, thresholds come from the last tenth.
  const wrong = (position: number) => position < 20 || position >= 72;
  const labels = test_.labels.toNumbers().map((label, i) => (wrong(i) ? (label + 1) % 4 : label));
  const relabelled = { ...test_, labels: tensor(BigInt64Array.from(labels, BigInt)) };
  const folder = new RunFolder(temporaryFolder());
  const options = recipe({ examples: 60, masking: 20, confidence: 30, distal: 10 });
  await evaluateRecipe({
    model,
    dataset: { name: 'made up', classes, train: relabelled, test: relabelled },
    recipe: options,
    folder,
  });
  relabelled.labels.dispose();
  const { masking, confidence, notes, attacks } = JSON.parse(
    readFileSync(folder.evaluation, 'utf8'),
  ) as EvaluationResult;
  // The evaluation itself looked at some of its own images, of which the network gets some right.
  expect(masking?.indicators.map(({ name }) => name)).toEqual(['zero-gradients', 'loss-surface']);
  expect(confidence).toBeUndefined();
  expect(attacks.pgd?.examples).toBe(60);
  const text = notes!.join('\n');
  expect(text).toMatch(/gradient masking was not measured: expected a network that gets some of 20 images right/);
  expect(text).toMatch(/reject option was not measured: expected correctly classified validation examples/);
  expect(text).toMatch(/detection error of distal examples was not measured: expected correctly classified validation/);
  expect(existsSync(folder.evaluation.replace(/\.json$/, '/state.json'))).toBe(false);
  expect(existsSync(folder.evaluation.replace(/test\.json$/, 'distal'))).toBe(false);
});

const short = { attack: 'autoattack', steps: 4, restarts: 2, queries: 10 };

test('confident errors: sought by what the recipe says; else by the evaluation with its own attack', () => {
  const seekingOf = (confidence: unknown, changes: object = {}) =>
    evaluationAttacks(recipe({ confidence, attack: { ...attack, ...changes } }), 4).confident;
  const { stages } = seekingOf({ examples: 20, ...short })!;
  expect(stages).toMatchObject([{ name: 'apgd-conf' }, { name: 'apgd-conf-t' }, { name: 'square-conf' }]);
  expect(stages.map((stage) => [stage.rounds.length, stage.steps, stage.blackBox])).toEqual([
    [2, 4, false],
    [3, 4, false],
    [1, 10, true],
  ]);
  for (const own of [20, { examples: 20 }, { examples: 20, attack: 'pgd' }]) {
    expect(seekingOf(own)?.stages[0]?.rounds[0]?.create()).toMatchObject({
      name: 'pgd',
      objective: { name: 'confidence' },
    });
  }
  expect(seekingOf(0)).toBeUndefined();
  const sparse = { norm: 'l0', epsilon: 5 };
  expect(() => seekingOf({ examples: 20, attack: 'autoattack' }, sparse)).toThrow(/a norm for AutoAttack/);
});

test("distal examples: by the evaluation's budget, steps and restarts, or their own", () => {
  const distalOf = (distal: unknown, more: object = {}) => evaluationAttacks(recipe({ distal, ...more }), 4).distal;
  expect(distalOf(0)).toBeUndefined();
  expect(distalOf(20, { restarts: 2 })).toMatchObject({ norm: 'linf', epsilon: 0.06, steps: 3, restarts: 2 });
  expect(distalOf({ examples: 20, epsilon: 0.1, steps: 7, restarts: 3 })).toMatchObject({
    epsilon: 0.1,
    steps: 7,
    restarts: 3,
  });
  const moves = { attack: { name: 'affine', norm: 'affine', epsilon: 0.3 } };
  expect(() => distalOf(20, moves)).toThrow('expected an attack that moves pixels (affine) for affine, received pgd');
});

test.each([
  ['its curve', 'curve', '"epsilon 0.02"'],
  ['its search for confident errors', 'confidence', '"apgd-conf-t"'],
  ['its noise', 'distal', '"attempt"'],
  ['its certificates', 'smoothing', '"certificate"'],
])('stopped at %s, an evaluation goes on from what there is, to the same result', async (_, part, begun) => {
  const dataset = { name: 'made up', classes, train: test_, test: test_ };
  const options = recipe({
    examples: 30,
    curve: [0.02, 0.1],
    curveExamples: 20,
    confidence: { examples: 20, ...short },
    distal: { examples: 20, noise: 'smooth', steps: 5, restarts: 20 },
    smoothing: { sigma: 0.1, examples: 20, samples: 100, selectionSamples: 10 },
  });
  const evaluate = (folder: RunFolder, signal?: AbortSignal) =>
    evaluateRecipe({ model, dataset, recipe: options, folder, signal });
  const lasting = (result: EvaluationResult) =>
    JSON.stringify(result, (key, value: unknown) => (['seconds', 'backend', 'date'].includes(key) ? 0 : value));
  const whole = await evaluate(new RunFolder(temporaryFolder()));
  expect(whole.curve.map(({ epsilon, examples }) => [epsilon, examples])).toEqual([
    [0, 20],
    [0.02, 20],
    [0.1, 20],
  ]);
  expect(whole.smoothing).toMatchObject([{ sigma: 0.1, examples: 20, samples: 100, alpha: 0.001, seed: 1 }]);
  expect(whole.confidence?.attack).toBe('autoattack for confidence');
  expect(whole.distal).toMatchObject({ noise: 'smooth', norm: 'linf', epsilon: 0.06, steps: 5, restarts: 20 });

  const folder = new RunFolder(temporaryFolder());
  const journal = folder.evaluation.replace(/test\.json$/, `${part}/journal.jsonl`);
  const controller = new AbortController();
  const watch = setInterval(() => {
    if (existsSync(journal) && readFileSync(journal, 'utf8').includes(begun)) controller.abort();
  }, 0);
  await expect(evaluate(folder, controller.signal)).rejects.toMatchObject({ code: 'INTERRUPTED' });
  clearInterval(watch);
  expect(readFileSync(journal, 'utf8')).toContain(begun);
  expect(lasting(await evaluate(folder))).toBe(lasting(whole));
  expect(existsSync(journal)).toBe(false);
});
