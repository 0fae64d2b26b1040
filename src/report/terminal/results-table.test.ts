/**
 * The table in the terminal: each attack under its own name, and errors on other images are not taken for comparable.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { combineEvaluations } from '../../evaluation/combine.js';
import { errorRate } from '../../evaluation/interval.js';
import type { EvaluationResult } from '../../evaluation/results.js';
import { resultsTable } from './results-table.js';

function result(
  attack: string,
  examples: number,
  more: Partial<EvaluationResult> = {},
  epsilon = 8 / 255,
): EvaluationResult {
  const { errors, interval } = errorRate(examples / 2, examples);
  const rate = { attack, norm: 'linf', epsilon, steps: 40, restarts: 1, examples, errors, robustError: 0.5, interval };
  const split = `test[0:${examples}]`;
  const clean = errorRate(1, examples);
  return { dataset: 'x', split, examples, clean, attacks: { [attack]: rate }, curve: [], seconds: 1, ...more };
}
const table = (one: EvaluationResult) =>
  resultsTable([{ training: 'standard', architecture: 'small-cnn', result: one }]);

describe('names', () => {
  test.each(['rand', 'plus'])('AutoAttack %s has its own, also in results from before', (version) => {
    expect(table(result('autoattack', 100, { version }))).toContain(`AutoAttack (${version}) robust error`);
    expect(table(result('autoattack', 100, { version }))).toContain(`AutoAttack (${version}): linf`);
  });

  test('standard and rand are two columns', () => {
    const both = [
      result('autoattack', 100, { version: 'standard' }),
      result('autoattack', 100, { version: 'rand' }),
    ] as const;
    expect(table(combineEvaluations(both))).toMatch(/AutoAttack robust error │ AutoAttack \(rand\) robust error/);
  });

  test.each([
    [8 / 255, 'epsilon 8/255,'],
    [0.03137, 'epsilon 0.03137,'],
  ])('a budget stands as it was written: %d', (epsilon, text) => {
    expect(table(result('pgd', 100, {}, epsilon))).toContain(text);
  });
});

test('an attack of fewer images says so in its cell, and below that it is not to be compared', () => {
  const whole = table(combineEvaluations([result('pgd', 1000), result('autoattack', 200)]));
  expect(whole).toMatch(/50\.0 % {2}\[[\d., ]+\] {2}of 200 images/);
  expect(whole).toContain('These errors were measured on different numbers of images');
  expect(table(result('pgd', 1000))).not.toContain('compared');
});

test('noise that the network is sure of has a table below', () => {
  const atTpr = [{ tpr: 0.995, threshold: 0.5, testTpr: 1, fpr: 0.25, interval: [0.2, 0.31] as const, noiseFpr: 0 }];
  const attacked = { noise: 'uniform', norm: 'linf', epsilon: 8 / 255, steps: 10, restarts: 1 } as const;
  const counted = { examples: 200, validationExamples: 10, testExamples: 90, rocAuc: 0.8, meanConfidence: 0.7 };
  const text = table(result('pgd', 100, { distal: { ...attacked, ...counted, atTpr } }));
  expect(text).toMatch(/99\.5 % +│ 0\.500 +│ 25\.0 % {2}\[20\.0, 31\.0\] │ 0\.0 %/);
  expect(text).toContain('200 images of uniform noise, linf, epsilon 8/255, 10 steps, 1 restart');
  expect(table(result('pgd', 100))).not.toContain('noise');
});

test('a search with rounded factors says so below the table', () => {
  const inBackend = (backend: string) => {
    const one = result('autoattack', 100);
    return table({ ...one, attacks: { autoattack: { ...one.attacks.autoattack!, backend } } });
  };
  expect(inBackend('bfloat16')).toContain('AutoAttack: linf, epsilon 8/255, searched in bfloat16, on 100 test images');
  expect(inBackend('winograd')).toContain('AutoAttack: linf, epsilon 8/255, on 100 test images');
});

const bound = { stages: ['fab-t', 'square'], sample: 20, of: 50, confidence: 0.95, errors: 5, robustError: 0.55 };
const printed = (changes: Partial<EvaluationResult>) => table(result('autoattack', 100, changes));

test('the sampled order prints what the error may be at most, and brackets that cover it', () => {
  const printedTable = printed({ order: 'sampled', bound });
  expect(printedTable).toContain('50.0 % (sampled: at most 55.0 %)');
  const high = Number(/at most 55\.0 %\) {2}\[[\d.]+, ([\d.]+)\]/.exec(printedTable)?.[1]);
  expect(high).toBeGreaterThan(55);
  expect(printedTable).toContain('Sampled: some stages ran on a random sample only.');
});

test('the exact order, and a sampled one whose stages all ran on all, print the error alone', () => {
  for (const order of ['exact', 'sampled']) {
    const printedTable = printed({ order });
    expect(printedTable).toContain('50.0 %  [40.4, 59.6]');
    expect(printedTable).not.toContain('at most');
  }
});

test('a robust error whose attack could not search has its verdict beside it, and what that means below', () => {
  const pgd = result('pgd', 100);
  const doubted = table({ ...pgd, attacks: { pgd: { ...pgd.attacks.pgd!, doubt: 'fail' } } });
  expect(doubted).toMatch(/50\.0 % {2}\[[\d., ]+\] fail/);
  expect(doubted).toContain('signs that the attack could not search');
  expect(table(pgd)).not.toMatch(/fail|signs/);
});
