/**
 * How many entries a step of L1's Auto-PGD moves, and how far.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import { tensor, tidy, type Tensor } from '../../engine/index.js';
import { sparseRule } from './sparse-rule.js';

leavesNothingAlive();

const SIZE = 16;
const EPSILON = 2;

/** A point that differs from grey in its first `changed` entries, with a gradient that falls from entry to entry. */
function pointChanging(changed: number) {
  const shape = [1, 1, 4, 4];
  const of = (value: (entry: number) => number) => tensor([...Array(SIZE).keys()].map(value), { shape });
  const grey = of(() => 0.5);
  const images = of((entry) => (entry < changed ? 0.625 : 0.5));
  return { grey, point: { images, gradient: of((entry) => 32 - entry), value: tensor([0]) } };
}

/** What the rule knows after a start, and after a look at a best point that changes `best` entries. */
function state(changed: number, best: number, randomStart: boolean) {
  return tidy(() => {
    const { grey, point } = pointChanging(changed);
    const rule = sparseRule(EPSILON, EPSILON, 30, randomStart);
    const first = rule.begin(grey, point);
    const history = { current: point, previous: point.images, best: pointChanging(best).point };
    const { state: then, goBack } = rule.adapt(grey, history, first, 1);
    const item = (one: Tensor) => one.item();
    return {
      moved: [item(first.moved), item(then.moved)],
      stepSize: [item(first.stepSize), item(then.stepSize)],
      goBack: Boolean(goBack.item()),
    };
  });
}

describe('from a random start', () => {
  test('a fifth of the entries moves first, rounded up', () => {
    expect(state(3, 16, true).moved[0]).toBe(4);
  });

  test('a best point that changes fewer than nearly all entries keeps the large steps: the start counts as noise', () => {
    // Had the start's own three entries counted, twelve would be more, and the step would shrink.
    expect(state(3, 12, true)).toEqual({ moved: [4, 8], stepSize: [2, 2], goBack: true });
  });

  test('one that changes all shrinks them', () => {
    const { stepSize, goBack } = state(3, 16, true);
    expect(stepSize[1]).toBeCloseTo(2 / 1.5, 6);
    expect(goBack).toBe(false);
  });
});

test('from the best point of a larger ball, its changed entries count', () => {
  const { moved, stepSize, goBack } = state(6, 12, false);
  expect(moved).toEqual([4, 8]);
  expect(stepSize[1]).toBeCloseTo(2 / 1.5, 6);
  expect(goBack).toBe(false);
});

test('looks after every 25th part of the steps, in a short search after each', () => {
  const looks = (steps: number) => sparseRule(EPSILON, EPSILON, steps, true).checkpoints;
  expect(looks(100).slice(0, 3)).toEqual([4, 8, 12]);
  // The balls of AutoAttack's search have 30, 30 and 40 of its 100 steps.
  expect(looks(30)).toHaveLength(30);
  expect(looks(40)).toHaveLength(40);
  expect(looks(10)).toHaveLength(10);
});
