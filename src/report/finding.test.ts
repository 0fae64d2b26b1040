import { describe, expect, test } from 'vitest';
import type { EvaluationResult, RobustErrorRate } from '../evaluation/results.js';
import { findingOf } from './finding.js';
import { asRead, evaluation, makeRun, runFiles } from './made-up-run.test-helper.js';
import { readRun, type Run } from './read-run.js';

/** A run with this evaluation; no one says how it was trained. */
function run(name: string, result: EvaluationResult | null): Run {
  const { 'evaluation/test.json': _, ...files } = runFiles('standard');
  const measured = result === null ? {} : { 'evaluation/test.json': result };
  return readRun(name, makeRun({ ...files, 'recipe.yaml': '', ...measured }));
}

/** An evaluation with AutoAttack beside PGD: another error on as many images as said. */
function withAutoAttack(errors: number, examples: number, more: Partial<RobustErrorRate> = {}): EvaluationResult {
  const result = evaluation(142, 271);
  const error = errors / examples;
  const interval = [error - 0.05, error + 0.05] as const;
  const autoattack = {
    ...result.attacks.pgd!,
    attack: 'autoattack',
    examples,
    errors,
    robustError: error,
    interval,
    ...more,
  };
  return { ...result, attacks: { ...result.attacks, autoattack } };
}

/** The finding with ordinary spaces. */
const said = (...runs: readonly Run[]) => {
  const { headline, basis, reservations } = findingOf(runs);
  return { headline: asRead(headline), basis: asRead(basis.join(' ')), reservations };
};

describe('one run', () => {
  test('the error as images are, and under the strongest attack, with how sure that is', () => {
    const { headline, basis } = said(run('one', withAutoAttack(300, 1000)));
    expect(headline).toBe('The network errs on 14.2 % of images as they are, and on 30.0 % under attack.');
    expect(basis).toBe(
      'With 95 % confidence the error under attack lies between 25.0 and 35.0 %. ' +
        'The attack: AutoAttack (L∞, ε = 0.1, 1,000 images), the strongest of 2 that were run on these images.',
    );
  });

  test('errors on another number of images say on how many', () => {
    const { headline, basis } = said(run('one', withAutoAttack(55, 200)));
    expect(headline).toContain('on 27.5 % under attack');
    expect(basis).toContain('AutoAttack (L∞, ε = 0.1, 200 images). The error without attack is of 1,000 images.');
  });

  test('without any attack, the clean error alone', () => {
    const { headline, basis } = said(run('one', { ...evaluation(142, 271), attacks: {} }));
    expect(headline).toBe('Without attack the network errs on 14.2 % of images. No attack was run.');
    expect(basis).toBe('With 95 % confidence the error lies between 12.2 and 16.2 %.');
  });

  test('without an evaluation it says so', () => {
    expect(said(run('one', null)).headline).toBe('This run has not been evaluated yet.');
  });
});

describe('several runs', () => {
  test('up to three are named, each with its error', () => {
    const runs = ['a', 'b', 'c'].map((name, index) => run(name, evaluation(100, 200 + 100 * index)));
    expect(said(...runs).headline).toBe('Under attack a errs on 20.0 % of images; b on 30.0 %; c on 40.0 %.');
  });

  test('of more the least and the largest error are named', () => {
    const runs = ['a', 'b', 'c', 'd'].map((name, index) => run(name, evaluation(100, 500 - 100 * index)));
    const { headline, basis } = said(...runs);
    expect(headline).toBe('Under attack the errors of 4 networks lie between 20.0 % (d) and 50.0 % (a).');
    expect(basis).toContain('The table below has each with its 95 % interval.');
  });
});

describe('marks of doubt', () => {
  test('none where nothing speaks against the number', () => {
    expect(said(run('one', evaluation(142, 271))).reservations).toEqual([]);
  });

  test.each(['suspect', 'fail'] as const)('%s of the attack that the sentence is about', (doubt) => {
    expect(said(run('one', withAutoAttack(300, 1000, { doubt }))).reservations).toMatchObject([
      { mark: doubt, run: 'one' },
    ]);
    // The finding is of AutoAttack, and the doubt of PGD is in the table.
    const weaker = withAutoAttack(300, 1000);
    const attacks = { ...weaker.attacks, pgd: { ...weaker.attacks.pgd!, doubt } };
    expect(said(run('one', { ...weaker, attacks })).reservations).toEqual([]);
  });

  test('partial, where stages ran on a sample: which, and what the error may be at most', () => {
    const bound = {
      stages: ['fab-t', 'square'],
      sample: 40,
      of: 399,
      confidence: 0.95,
      errors: 27,
      robustError: 0.327,
    };
    const sampled = { ...withAutoAttack(300, 1000), order: 'sampled', bound };
    const [partial] = said(run('one', sampled)).reservations;
    expect(partial?.mark).toBe('partial');
    expect(asRead(partial?.sentence ?? '')).toBe(
      'Of the attack, fab-t and square ran on a sample of the images; had they run on all, the error would be at most 32.7 % (with 95 % confidence)',
    );
  });
});
