/**
 * The sliders' values.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { budgetScales } from './budget-scales.js';

test('CIFAR-10, measured at 8/255 and trained with 10/255: k/255, and 0.5 in L2 in steps of 0.05', () => {
  expect(budgetScales([3, 32, 32], { linf: 8 / 255 }, { linf: 10 / 255 })).toEqual({
    linf: { over: 255, count: 32, start: 8, trained: 10 / 255 },
    l2: { over: 20, count: 40, start: 10 },
  });
});

test('grey images: hundredths where the budget is no byte’s', () => {
  const { linf, l2 } = budgetScales([1, 28, 28], { linf: 0.3 }, {});
  expect(linf).toEqual({ over: 100, count: 100, start: 30 });
  expect(l2.start / l2.over).toBeCloseTo(2.4);
});

test('what was trained in L2 is marked there, and stays in reach', () => {
  const { linf, l2 } = budgetScales([3, 224, 224], { l2: 0.5 }, { l2: 3 });
  expect(linf).toEqual({ over: 255, count: 16, start: 4 });
  expect(l2).toEqual({ over: 20, count: 90, start: 10, trained: 3 });
});

test('the smallest budget is one step, the largest the whole box', () => {
  const { linf } = budgetScales([3, 32, 32], { linf: 1 }, {});
  expect(linf).toMatchObject({ count: 255, start: 255 });
  expect(budgetScales([3, 32, 32], { l2: 1e-4 }, {}).l2.start).toBeGreaterThan(0);
});
