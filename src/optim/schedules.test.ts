import { describe, expect, test } from 'vitest';
import {
  constant,
  cosine,
  createSchedule,
  multiStep,
  oneCycle,
  SCHEDULE_NAMES,
  type Schedule,
  cyclic,
  linear,
  piecewise,
} from './index.js';

const at = (schedule: Schedule, ...steps: number[]) => steps.map((step) => Number(schedule(step).toPrecision(9)));

describe('schedules', () => {
  test('constant stays', () => {
    expect(at(constant(0.1), 0, 1, 1e6)).toEqual([0.1, 0.1, 0.1]);
  });

  test('multiStep drops at each milestone, not before', () => {
    expect(at(multiStep(1, [3, 6]), 0, 2, 3, 5, 6, 100)).toEqual([1, 1, 0.1, 0.1, 0.01, 0.01]);
    expect(at(multiStep(1, [6, 3], 0.5), 0, 3, 6)).toEqual([1, 0.5, 0.25]);
  });

  test('cosine falls from the rate to the end over half a period, and stays there', () => {
    expect(at(cosine(1, 100), 0, 50, 100, 200)).toEqual([1, 0.5, 0, 0]);
    expect(at(cosine(1, 100, 0.2), 0, 50, 100)).toEqual([1, 0.6, 0.2]);
    expect(cosine(1, 100)(25)).toBeCloseTo((1 + Math.SQRT1_2) / 2, 12);
  });

  test('oneCycle rises to its peak and falls to its end', () => {
    const schedule = oneCycle(1, 100, { warmUp: 0.25, start: 0.1, end: 0.02 });
    expect(at(schedule, 0, 25, 100, 500)).toEqual([0.1, 1, 0.02, 0.02]);
    expect(schedule(12.5)).toBeCloseTo(0.55, 12);
    expect(schedule(62.5)).toBeCloseTo(0.51, 12);
    expect(at(oneCycle(1, 10, { warmUp: 0 }), 0, 10)).toEqual([1, 0]);
    expect(at(oneCycle(1, 10, { warmUp: 1, start: 0 }), 0, 5, 10)).toEqual([0, 0.5, 1]);
  });

  test('are never negative nor above their rate', () => {
    for (const schedule of [constant(0.3), multiStep(0.3, [4]), cosine(0.3, 9), oneCycle(0.3, 9)]) {
      for (let step = 0; step < 20; step += 1) {
        expect(schedule(step)).toBeGreaterThanOrEqual(0);
        expect(schedule(step)).toBeLessThanOrEqual(0.3);
      }
    }
  });

  test('straight lines between points, flat before and after them', () => {
    const points = [
      [0.2, 0.5],
      [0.4, 1],
      [0.4, 0.1],
      [0.8, 0],
    ] as const;
    expect(at(piecewise(2, 10, points), 0, 2, 3, 4, 5, 6, 8, 10)).toEqual([1, 1, 1.5, 2, 0.15, 0.1, 0, 0]);
  });

  test('linear goes down to its floor and stays there', () => {
    expect(at(linear(1, 4, 0.2), 0, 1, 2, 4, 9)).toEqual([1, 0.8, 0.6, 0.2, 0.2]);
  });

  test('cycles go from the floor to the rate and back', () => {
    expect(at(cyclic(1, 8, 2, 0.2), 0, 1, 2, 3, 4, 6, 8)).toEqual([0.2, 0.6, 1, 0.6, 0.2, 1, 0.2]);
  });

  test.each([
    [
      'points that go back',
      () =>
        piecewise(1, 5, [
          [0.5, 1],
          [0.2, 1],
        ]),
    ],
    ['no points', () => piecewise(1, 5, [])],
    ['half a cycle', () => cyclic(1, 5, 0.5)],
    ['a negative rate', () => constant(-1)],
    ['a rate that is no number', () => cosine(NaN, 5)],
    ['no steps', () => cosine(1, 0)],
    ['a milestone between steps', () => multiStep(1, [2.5])],
    ['a warm-up of more than everything', () => oneCycle(1, 5, { warmUp: 1.5 })],
  ])('%s is refused', (_, make) => {
    expect(make).toThrow(expect.objectContaining({ code: 'ARGUMENT' }));
  });
});

describe('createSchedule', () => {
  test.each(SCHEDULE_NAMES)('knows %s', (name) => {
    expect(createSchedule({ name, rate: 0.5, points: [[0, 1]] }, 10)(3)).toBeGreaterThan(0);
  });

  test('milestones are shares of the run', () => {
    expect(at(createSchedule({ name: 'multi-step', rate: 1, milestones: [0.5, 0.75] }, 40), 19, 20, 29, 30)).toEqual([
      1, 0.1, 0.1, 0.01,
    ]);
  });

  test('an unknown name is refused with the known ones', () => {
    expect(() => createSchedule({ name: 'cosin' as never, rate: 1 }, 10)).toThrow(
      /constant, multi-step, cosine, one-cycle, linear, piecewise, cyclic, received "cosin"/,
    );
  });
});
