/**
 * What is kept when several evaluations of a network are read as one.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { combineEvaluations } from './combine.js';
import { errorRate } from './interval.js';
import type { MaskingReport, Verdict } from './masking/verdict.js';
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

test('an AutoAttack in the sampled order says so, and nothing else does', () => {
  const { attacks } = combineEvaluations([pgd, { ...auto, order: 'sampled' }]);
  expect([attacks.autoattack?.order, attacks.pgd?.order]).toEqual(['sampled', undefined]);
});

test('a sampled result from before rates had a bound is given it, and an interval that covers it', () => {
  const bound = { stages: ['square'], sample: 20, of: 100, confidence: 0.95, errors: 12, robustError: 0.56 };
  const old = { ...auto, order: 'sampled', bound };
  const { autoattack } = combineEvaluations([pgd, old]).attacks;
  expect(autoattack).toMatchObject({ errors: 100, robustError: 0.5, atMost: 0.56 });
  expect(autoattack!.interval[0]).toBe(auto.attacks.autoattack!.interval[0]);
  expect(autoattack!.interval[1]).toBeGreaterThan(0.6);
  // Read again, it stays what it is.
  expect(combineEvaluations([combineEvaluations([old]), pgd]).attacks.autoattack).toEqual(autoattack);
});

test('each attack keeps the backend of its own evaluation', () => {
  const ofBackend = (backend: string): Partial<EvaluationResult> => ({
    of: {
      network: { weights: 'a', architecture: 'b' },
      data: { name: 'made up', selection: 'test', sha256: 'c' },
      engine: { saddlepoint: '0.1.0', libtorch: '2.13.0', device: 'cpu', backend },
    },
  });
  const { attacks } = combineEvaluations([
    { ...pgd, ...ofBackend('winograd') },
    { ...auto, ...ofBackend('bfloat16') },
  ]);
  expect([attacks.pgd?.backend, attacks.autoattack?.backend]).toEqual(['winograd', 'bfloat16']);
  const again = combineEvaluations([{ ...pgd, ...ofBackend('plain'), attacks }]);
  expect([again.attacks.pgd?.backend, again.attacks.autoattack?.backend]).toEqual(['winograd', 'bfloat16']);
});

test('of two of the same name the first counts', () => {
  expect(combineEvaluations([pgd, result('pgd', 10)]).attacks.pgd?.examples).toBe(1000);
});

describe('signs of masked gradients', () => {
  const masking = (verdict: Verdict, name: string, epsilon = 0.1): MaskingReport => ({
    verdict,
    norm: 'linf',
    epsilon,
    seed: 1,
    examples: 90,
    sample: 100,
    indicators: [{ name, title: name, verdict, reason: 'seen', action: '' }],
    measurements: [],
  });

  test('of all evaluations are kept, the more telling of two, and stand beside every number at their budget', () => {
    const { masking: seen, attacks } = combineEvaluations([
      { ...pgd, masking: { ...masking('pass', 'zero-gradients') } },
      { ...auto, masking: masking('suspect', 'stages') },
      result('fgsm', 1000, { masking: masking('fail', 'zero-gradients') }),
    ]);
    expect(seen?.verdict).toBe('fail');
    expect(seen?.indicators.map(({ name, verdict }) => [name, verdict])).toEqual([
      ['zero-gradients', 'fail'],
      ['stages', 'suspect'],
    ]);
    expect(attacks.autoattack?.doubt).toBe('suspect');
    expect(attacks.fgsm?.doubt).toBe('fail');
    expect(attacks.pgd?.doubt).toBeUndefined();
  });

  test('of a result from before, which says them nowhere else, too; at another budget they say nothing', () => {
    const attacks = (report: MaskingReport) => combineEvaluations([{ ...pgd, masking: report }]).attacks;
    expect(attacks(masking('suspect', 'convergence')).pgd?.doubt).toBe('suspect');
    expect(attacks(masking('pass', 'convergence')).pgd?.doubt).toBeUndefined();
    expect(attacks(masking('fail', 'convergence', 0.2)).pgd?.doubt).toBeUndefined();
  });
});
