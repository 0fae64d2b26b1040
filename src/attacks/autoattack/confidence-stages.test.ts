/**
 * The maximum-confidence AutoAttack: what it consists of, and what it refuses.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { CLASSES } from '../toy.test-helper.js';
import { confidenceStages } from './confidence-stages.js';

const options = { norm: 'linf', epsilon: 0.1, classes: CLASSES, steps: 6, restarts: 2, queries: 20 } as const;

test("the paper's stages: 10 restarts, up to 9 targets, Square", () => {
  const stages = confidenceStages({ norm: 'linf', epsilon: 0.1, classes: 10 });
  expect(stages.map(({ name, rounds, steps, blackBox }) => [name, rounds.length, steps, blackBox])).toEqual([
    ['apgd-conf', 10, 1000, false],
    ['apgd-conf-t', 9, 1000, false],
    ['square-conf', 1, 5000, true],
  ]);
  expect(confidenceStages(options)[1]!.rounds.map(({ target }) => target)).toEqual([1, 2, 3]);
  expect(() => confidenceStages({ ...options, epsilon: 8 })).toThrow(/Did you mean 8\/255/);
  expect(() => confidenceStages({ ...options, norm: 'l0', epsilon: 5 })).toThrow(/a norm for AutoAttack/);
  expect(() => confidenceStages({ ...options, classes: 1 })).toThrow(/the number of classes/);
});
