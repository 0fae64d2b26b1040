import { expect, test } from 'vitest';
import type { EvaluationResult, RobustErrorRate } from '../evaluation/results.js';
import { evaluation } from './made-up-run.test-helper.js';
import { strongestAttack } from './strongest-attack.js';

const { attacks, ...rest } = evaluation(100, 300);
const pgd = attacks.pgd!;

function rate(attack: string, errors: number, more: Partial<RobustErrorRate> = {}): RobustErrorRate {
  const examples = more.examples ?? pgd.examples;
  return { ...pgd, attack, errors, robustError: errors / examples, ...more };
}

const measured = (...rates: readonly RobustErrorRate[]): EvaluationResult => ({
  ...rest,
  attacks: Object.fromEntries(rates.map((one) => [one.attack, one])),
});
const nameOf = (...evaluations: readonly EvaluationResult[]) => strongestAttack(evaluations)?.name;

test('on the same images the attack that finds more errors, whichever it is', () => {
  expect(nameOf(measured(rate('pgd', 300), rate('autoattack', 320)))).toBe('autoattack');
  expect(nameOf(measured(rate('pgd', 320), rate('autoattack', 300)))).toBe('pgd');
});

test('on other images AutoAttack, which is several attacks', () => {
  expect(nameOf(measured(rate('pgd', 320), rate('autoattack', 60, { examples: 200 })))).toBe('autoattack');
});

test('a larger budget does not make an attack the stronger one', () => {
  expect(nameOf(measured(rate('pgd', 300), rate('apgd', 900, { epsilon: 0.5 })))).toBe('pgd');
});

test('of several runs one that all went through alike, by their errors together', () => {
  const one = measured(rate('pgd', 300), rate('apgd', 310), rate('square', 400));
  const other = measured(rate('pgd', 500), rate('apgd', 600));
  expect(strongestAttack([one, other])).toMatchObject({
    name: 'apgd',
    among: 2,
    rates: [{ errors: 310 }, { errors: 600 }],
  });
});

test.each<[string, Partial<RobustErrorRate>]>([
  ['other settings', { steps: 7 }],
  ['a search with rounded factors', { backend: 'bfloat16' }],
  ['other images', { of: { settings: {}, order: 'exact', seed: 1, data: { name: 'x', selection: 'x', sha256: 'b' } } }],
])('none where runs were attacked with %s', (_, more) => {
  const of = { settings: {}, order: 'exact', seed: 1, data: { name: 'x', selection: 'x', sha256: 'a' } };
  expect(strongestAttack([measured(rate('pgd', 300, { of })), measured(rate('pgd', 300, { of, ...more }))])).toBeNull();
});

test('none without evaluations, and none where one run was not attacked', () => {
  expect(strongestAttack([])).toBeNull();
  expect(strongestAttack([measured(pgd), measured()])).toBeNull();
});
