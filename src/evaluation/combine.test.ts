/**
 * What is kept when several evaluations of a network are read as one.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { combineEvaluations } from './combine.js';
import { errorRate } from './interval.js';
import type { EvaluationResult, RobustErrorRate } from './results.js';

const rate = (attack: string, examples: number): RobustErrorRate => {
  const { errors, interval } = errorRate(examples / 2, examples);
  return { attack, norm: 'linf', epsilon: 0.1, steps: 40, restarts: 1, examples, errors, robustError: 0.5, interval };
};
const stage = (name: string) => ({ name, rounds: 1, attacked: 9, errors: 1, robustError: 0.5, seconds: 1 });
const result = (attack: string, examples: number, more: Partial<EvaluationResult> = {}): EvaluationResult => ({
  dataset: 'made up',
  split: `test[0:${examples}]`,
  examples,
  stagesOf: { attack, split: `test[0:${examples}]`, examples },
  clean: errorRate(1, examples),
  attacks: { [attack]: rate(attack, examples) },
  curve: [],
  seconds: 2,
  ...more,
});

const pgd = result('pgd', 1000, { stages: [stage('pgd')], curve: [rate('pgd', 500)], notes: ['one', 'two'] });
const auto = result('autoattack', 200, {
  version: 'standard',
  stages: [stage('apgd-ce'), stage('apgd-t')],
  notes: ['two'],
});

test('one alone stays as it is', () => {
  expect(combineEvaluations([pgd])).toMatchObject(pgd);
});

test('the attacks of all, the images and the curve of the first, the stages of AutoAttack', () => {
  const combined = combineEvaluations([pgd, auto]);
  expect(Object.keys(combined.attacks)).toEqual(['pgd', 'autoattack']);
  expect([combined.examples, combined.clean.examples, combined.curve.length]).toEqual([1000, 1000, 1]);
  expect(combined.stagesOf).toEqual({ attack: 'autoattack', split: 'test[0:200]', examples: 200 });
  expect(combined.stages?.map(({ name }) => name)).toEqual(['apgd-ce', 'apgd-t']);
  expect([combined.version, combined.notes, combined.seconds]).toEqual(['standard', ['one', 'two'], 4]);
});

test('an AutoAttack in the lazy order says so, and nothing else does', () => {
  const { attacks } = combineEvaluations([pgd, { ...auto, order: 'lazy' }]);
  expect([attacks.autoattack?.order, attacks.pgd?.order]).toEqual(['lazy', undefined]);
});

test('a lazy result from before rates had a bound is given it, and an interval that covers it', () => {
  const bound = { stages: ['square'], sample: 20, of: 100, confidence: 0.95, errors: 12, robustError: 0.56 };
  const old = { ...auto, order: 'lazy', bound };
  const { autoattack } = combineEvaluations([pgd, old]).attacks;
  expect(autoattack).toMatchObject({ errors: 100, robustError: 0.5, atMost: 0.56 });
  expect(autoattack!.interval[0]).toBe(auto.attacks.autoattack!.interval[0]);
  expect(autoattack!.interval[1]).toBeGreaterThan(0.6);
  // Read again, it stays what it is.
  expect(combineEvaluations([combineEvaluations([old]), pgd]).attacks.autoattack).toEqual(autoattack);
});

test('of two of the same name the first counts', () => {
  expect(combineEvaluations([pgd, result('pgd', 10)]).attacks.pgd?.examples).toBe(1000);
});
