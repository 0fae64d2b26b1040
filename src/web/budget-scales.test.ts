/**
 * The sliders' values.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { budgetScales } from './budget-scales.js';
import type { BudgetScale } from './site-description.js';

const ends = ({ values, start, over }: BudgetScale) => ({
  over,
  first: values[0],
  start: values[start],
  last: values.at(-1),
});

test('CIFAR-10, measured at 8/255 and trained with 10/255: k/255, and 0.5 in L2 in steps of 0.05', () => {
  const { linf, l2 } = budgetScales([3, 32, 32], { linf: 8 / 255 }, { linf: 10 / 255 });
  expect(linf).toEqual({ over: 255, values: Array.from({ length: 33 }, (_, k) => k / 255), start: 8, trained: 10 });
  expect(l2).toEqual({ over: 20, values: Array.from({ length: 41 }, (_, k) => k / 20), start: 10 });
});

test('grey images: hundredths where the budget is no byte’s', () => {
  const { linf, l2 } = budgetScales([1, 28, 28], { linf: 0.3 }, {});
  expect(ends(linf)).toEqual({ over: 100, first: 0, start: 0.3, last: 1 });
  expect(l2.values[l2.start]).toBeCloseTo(2.4);
});

test('what was trained in L2 is marked there, and stays in reach', () => {
  const { linf, l2 } = budgetScales([3, 224, 224], { l2: 0.5 }, { l2: 3 });
  expect(ends(linf)).toEqual({ over: 255, first: 0, start: 4 / 255, last: 16 / 255 });
  expect(ends(l2)).toEqual({ over: 20, first: 0, start: 0.5, last: 4.5 });
  expect(l2.values[l2.trained!]).toBe(3);
});

test.each([
  [0.031, 8 / 255],
  [0.004, 0.004],
  [8 / 255, 0.031],
  [0.5019, 0.25],
  [1e-4, 3],
])('sliders stand exactly where the network was measured (%d) and trained (%d)', (measured, trained) => {
  const { linf, l2 } = budgetScales(
    [3, 32, 32],
    { linf: measured, l2: measured },
    { linf: Math.min(trained, 1), l2: trained },
  );
  for (const { values, start } of [linf, l2]) {
    expect(values[start]).toBe(measured);
    expect(start).toBeGreaterThan(0);
    expect(values.length).toBeLessThan(1000);
    expect(values).toEqual([...new Set(values)].sort((one, other) => one - other));
  }
  expect(linf.values[linf.trained!]).toBe(Math.min(trained, 1));
  expect(l2.values[l2.trained!]).toBe(trained);
});

test('the largest budget is the whole box', () => {
  expect(ends(budgetScales([3, 32, 32], { linf: 1 }, {}).linf)).toMatchObject({ start: 1, last: 1 });
});

test('a network measured without any attack has values to choose all the same', () => {
  const { linf } = budgetScales([3, 32, 32], { linf: 0 }, {});
  expect(ends(linf)).toEqual({ over: 255, first: 0, start: 0, last: 4 / 255 });
});
