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

describe('an attack that moves pixels', () => {
  test('has a threat model of its own, but for another one asked for', () => {
    expect(plans({ attack: ['affine'], epsilon: 0.3 })).toMatchObject([{ norm: 'affine', epsilon: 0.3 }]);
    expect(plans({ attack: ['flow'], epsilon: 1 })).toMatchObject([{ norm: 'flow', epsilon: 1 }]);
    expect(plans({ attack: ['affine'], norm: 'rotation-translation', epsilon: 1 })).toMatchObject([
      { norm: 'rotation-translation' },
    ]);
  });

  test("needs an epsilon, since the recipe's is another's", () => {
    expect(() => plans({ attack: ['affine'] })).toThrow('expected --epsilon with --norm affine, received none');
  });

  test('is the only one for its threat model', () => {
    expect(() => plans({ attack: ['pgd'], norm: 'affine', epsilon: 0.3 })).toThrow('expected linf');
    expect(() => plans({ attack: ['autoattack'], norm: 'affine', epsilon: 0.3 })).toThrow('affine');
  });
});

describe('what an attack would ignore is refused', () => {
  test.each([
    [{ steps: 100 }, '--steps'],
    [{ stepSize: 0.01 }, '--step-size'],
    [{ restarts: 5 }, '--restarts'],
    [{ attackOption: ['objective=margin'] }, '--attack-option'],
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

test('any option that a recipe can give an attack, the command line can', () => {
  const made = (options: Partial<PlanOptions>) => JSON.parse(plans(options)[0]!.settings) as unknown;
  const apgd = { attack: ['apgd'], attackOption: ['rho=0.5', 'initialization={ choice: [zero, uniform] }'] };
  expect(made(apgd)).toMatchObject({ rho: 0.5, initialization: { choice: ['zero', 'uniform'] } });
  expect(made({ attackOption: ['objective=margin'] })).toMatchObject({ objective: 'margin', steps: 10 });
  expect(() => plans({ attackOption: ['rho=0.5'] })).toThrow(/evaluation\.attack: unknown key `rho`/);
  expect(() => plans({ attackOption: ['objective=margins'] })).toThrow(/did you mean `margin`/);
  expect(() => plans({ attackOption: ['objective=any-confidence'] })).toThrow(/with a right class for a robust error/);
  expect(() => plans({ attackOption: ['objective'] })).toThrow(/of the form key=value, e\.g\. objective=margin/);
  expect(() => plans({ attackOption: ['epsilon=1'] })).toThrow(
    /expected --epsilon in place of --attack-option epsilon/,
  );
});

test('misspelt names are refused with the nearest known one', () => {
  const names = { attack: [], version: 'standard' };
  expect(() => checkNames({ ...names, attack: ['autoatack'] })).toThrow(
    /received "autoatack"; did you mean autoattack\?/,
  );
  expect(() => checkNames({ ...names, version: 'standart' })).toThrow(/did you mean standard\?/);
  expect(() => checkNames({ ...names, norm: 'linff' })).toThrow(/did you mean linf\?/);
});
