/**
 * Budgets of another norm or scale.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { failureOf } from '../../test/support/failure.js';
import { budgetHint, checkBudget } from './budget-hint.js';

describe('makes no sense', () => {
  test.each([
    ['linf', 8, 'expected an epsilon below 0.5 in linf, as images are in [0, 1], received 8; did you mean 8/255?'],
    [
      'linf',
      0.5,
      'expected an epsilon below 0.5 in linf, as images are in [0, 1], received 0.5; did you mean --norm l2?',
    ],
    ['l0', 8 / 255, 'expected an epsilon of at least 1 in l0, the number of values that may change, received 8/255'],
  ])('%s %d', (norm, epsilon, sentence) => {
    expect(budgetHint(norm, epsilon)).toEqual({ severity: 'error', sentence });
    expect(failureOf(() => checkBudget(norm, epsilon))).toMatchObject({ code: 'ARGUMENT', message: sentence });
  });

  test('in a recipe, with its key and in its words', () => {
    expect(failureOf(() => checkBudget('linf', 0.5, 'training.attack.epsilon'))).toMatchObject({
      code: 'RECIPE',
      message: expect.stringMatching(/^training\.attack\.epsilon: .*; did you mean norm: l2\?$/) as string,
    });
  });
});

describe('is unusual', () => {
  test.each([
    [
      'l2',
      8 / 255,
      /^an epsilon of 8\/255 in l2 is next to nothing.*usual are 0\.5 and 128\/255 .*Did you mean --norm linf\?$/,
    ],
    ['l2', 128, /^an epsilon of 128 in l2 is large.*Did you mean 128\/255\?$/],
    ['l1', 8 / 255, /next to nothing.*Did you mean --norm linf\?$/],
    ['linf', 0.4, /^an epsilon of 0\.4 in linf is large: usual are 8\/255/],
  ])('%s %d', (norm, epsilon, sentence) => {
    expect(budgetHint(norm, epsilon)).toEqual({
      severity: 'warning',
      sentence: expect.stringMatching(sentence) as string,
    });
    expect(checkBudget(norm, epsilon), 'for whoever asked to say').toMatch(sentence);
  });
});

test.each([
  ['linf', 1 / 255],
  ['linf', 8 / 255],
  ['linf', 0.3],
  ['l2', 128 / 255],
  ['l2', 0.5],
  ['l2', 3],
  ['l1', 12],
  ['l0', 1],
  ['l0', 30],
])('nothing is said of %s %d', (norm, epsilon) => {
  expect(budgetHint(norm, epsilon)).toBeUndefined();
});
