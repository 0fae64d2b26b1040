/**
 * Which attacks a command line and a recipe make together.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { checkRecipe } from '../training/index.js';
import { checkNames, plansOf, type PlanOptions } from './evaluate-plans.js';

const recipe = checkRecipe({
  dataset: { name: 'fashion-mnist' },
  model: { architecture: 'small-cnn' },
  training: { method: 'standard', epochs: 1 },
  schedule: { name: 'one-cycle', rate: 0.05 },
  evaluation: { attack: { norm: 'linf', epsilon: 0.1, steps: 10, stepSize: 0.02 }, restarts: 2 },
});
const plans = (options: Partial<PlanOptions>) =>
  plansOf({ attack: [], version: 'standard', ...options }, recipe, 'fashion-mnist', 10);

describe('the budget', () => {
  test("is the recipe's, or the one given", () => {
    expect(plans({})).toMatchObject([
      { attack: 'pgd', norm: 'linf', epsilon: 0.1, steps: 10, restarts: 2, stepSize: 0.02 },
    ]);
    expect(plans({ attack: ['pgd', 'autoattack'], norm: 'l2', epsilon: 2 })).toMatchObject([
      { attack: 'pgd', norm: 'l2', epsilon: 2, stepSize: undefined },
      { attack: 'autoattack', norm: 'l2', epsilon: 2 },
    ]);
    expect(plans({ norm: 'linf' })).toMatchObject([{ epsilon: 0.1 }]);
  });

  test.each([[], ['pgd'], ['autoattack']])('of another norm is not taken for one of this norm: %s', (...attack) => {
    expect(() => plans({ attack, norm: 'l2' })).toThrow(
      "expected --epsilon with --norm l2, received none; the recipe's 0.1 is a budget in linf",
    );
  });
});

describe('what an attack would ignore is refused', () => {
  test.each([
    [{ steps: 100 }, '--steps'],
    [{ stepSize: 0.01 }, '--step-size'],
    [{ restarts: 5 }, '--restarts'],
  ])('beside AutoAttack: %o', (given, option) => {
    const message = `expected no ${option} with --attack autoattack, whose stages have fixed steps and restarts`;
    expect(() => plans({ attack: ['autoattack'], ...given })).toThrow(message);
    expect(() => plans({ attack: ['pgd', 'autoattack'], ...given })).toThrow('by a command of their own');
    expect(plans({ attack: ['pgd'], ...given })).toHaveLength(1);
  });

  test('without AutoAttack: its version and its order', () => {
    expect(() => plans({ version: 'rand' })).toThrow(
      'expected --autoattack-version rand with --attack autoattack only',
    );
    expect(() => plans({ attack: ['apgd'], order: 'sampled' })).toThrow(
      'expected --order sampled with --attack autoattack only',
    );
    expect(plans({ attack: ['autoattack'], version: 'rand', order: 'sampled' })).toMatchObject([{ version: 'rand' }]);
  });
});

test('misspelt names are refused with the nearest known one', () => {
  const names = { attack: [], version: 'standard' };
  expect(() => checkNames({ ...names, attack: ['autoatack'] })).toThrow(
    /received "autoatack"; did you mean autoattack\?/,
  );
  expect(() => checkNames({ ...names, version: 'standart' })).toThrow(/did you mean standard\?/);
  expect(() => checkNames({ ...names, norm: 'linff' })).toThrow(/did you mean linf\?/);
});
