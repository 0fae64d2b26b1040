/**
 * The table in the terminal: what stands beside a robust error.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { errorRate } from '../evaluation/interval.js';
import type { EvaluationResult } from '../evaluation/results.js';
import { resultsTable } from './results-table.js';

const clean = errorRate(20, 100);
const { interval } = errorRate(50, 100);
const result: EvaluationResult = {
  dataset: 'made up',
  split: 'test',
  examples: 100,
  clean,
  attacks: {
    autoattack: { attack: 'autoattack', norm: 'linf', epsilon: 0.1, steps: 100, restarts: 1, examples: 100, errors: 50, robustError: 0.5, interval }, // prettier-ignore
  },
  curve: [],
  seconds: 1,
};
const bound = { stages: ['fab-t', 'square'], sample: 20, of: 50, confidence: 0.95, errors: 5, robustError: 0.55 };
const printed = (changes: Partial<EvaluationResult>) =>
  resultsTable([{ training: 'normal', architecture: 'small-cnn', result: { ...result, ...changes } }]);

test('the lazy order prints what the error may be at most, and brackets that cover it', () => {
  const table = printed({ order: 'lazy', bound });
  expect(table).toContain('50.0 % (lazy: at most 55.0 %)');
  const high = Number(/at most 55\.0 %\) {2}\[[\d.]+, ([\d.]+)\]/.exec(table)?.[1]);
  expect(high).toBeGreaterThan(55);
  expect(table).toContain('Lazy: some stages ran on a random sample only.');
});

test('the exact order, and a lazy one whose stages all ran on all, print the error alone', () => {
  for (const order of ['exact', 'lazy']) {
    const table = printed({ order });
    expect(table).toContain('50.0 %  [40.4, 59.6]');
    expect(table).not.toContain('at most');
  }
});
