import { describe, expect, test } from 'vitest';
import { Curves } from './curves.js';
import { MOST_POINTS, ThinnedSeries } from './thinned-series.js';

const at = (step: number, value: number) => ({ step, epoch: step / 100, seconds: step / 10, value });
const line = (step: number, values: object) =>
  JSON.stringify({ step, epoch: step / 100, seconds: step / 10, ...values });

describe('a curve in little memory', () => {
  test('a short one is whole', () => {
    const series = new ThinnedSeries();
    for (const step of [1, 2, 3]) series.add(at(step, step / 7));
    expect(series.all()).toEqual({
      from: 0,
      step: [1, 2, 3],
      epoch: [0.01, 0.02, 0.03],
      seconds: [0.1, 0.2, 0.3],
      value: [0.14286, 0.28571, 0.42857],
    });
  });

  test('a long one keeps its mean and its ends, in at most so many points', () => {
    const series = new ThinnedSeries();
    const steps = Array.from({ length: 10_000 }, (_, index) => index + 1);
    for (const step of steps) series.add(at(step, step));
    const { step, value } = series.all();
    expect(step.length).toBeGreaterThan(MOST_POINTS / 2);
    expect(step.length).toBeLessThanOrEqual(MOST_POINTS);
    expect(value).toEqual(step.map((one) => Number(one.toPrecision(5))));
    expect(step[0]).toBeLessThan(20);
    expect(step.at(-1)).toBeGreaterThan(9980);
  });

  test('what comes in changes, put together, is the whole at every moment', () => {
    const series = new ThinnedSeries();
    let told: number[] = [];
    for (let step = 1; step <= 3000; step += 1) {
      series.add(at(step, Math.sin(step)));
      if (step % 7 !== 0) continue;
      const change = series.change()!;
      told = [...told.slice(0, change.from), ...change.value];
      expect(told).toEqual(series.all().value);
    }
    expect(series.change()).toBeDefined(); // the last few
    expect(series.change()).toBeUndefined();
  });
});

describe('the curves of a run', () => {
  test('its tags have one each, but not every parameter; what is no record is left out', () => {
    const curves = new Curves();
    curves.line(line(10, { 'train/loss': 2, 'weight/conv1.weight': 1, 'gradient/conv1.weight': 1 }));
    for (const damaged of ['{"step":20,"epoch":', 'null', '[]', '{"step":20}', line(20, { 'train/loss': null })]) {
      curves.line(damaged);
    }
    curves.line(line(30, { 'validation/error': 0.25 }));
    expect(Object.keys(curves.all())).toEqual(['train/loss', 'validation/error']);
    expect(curves.latest('train/loss')).toBe(2);
    expect(curves.position).toEqual({ step: 30, epoch: 0.3, seconds: 3 });
  });

  test('the last value is the last one, not the mean that a thinned curve ends with', () => {
    const curves = new Curves();
    for (let step = 1; step <= 700; step += 1)
      curves.line(line(step, { 'validation/error': step === 700 ? 0.9 : 0.1 }));
    expect(curves.latest('validation/error')).toBe(0.9);
    expect(curves.all()['validation/error']!.value.at(-1)).toBeLessThan(0.9);
  });

  test('the pace is that of the last part of the way', () => {
    const curves = new Curves();
    expect(curves.secondsPerStep).toBeUndefined();
    for (let step = 1; step <= 100; step += 1) {
      // 1 s a step at first, 3 s from step 60 on
      curves.line(
        JSON.stringify({ step, epoch: 0, seconds: step < 60 ? step : 60 + 3 * (step - 60), 'train/loss': 1 }),
      );
    }
    expect(curves.secondsPerStep).toBeCloseTo(3, 6);
  });

  test('a file of thousands of tags has curves that nobody looks at', () => {
    const curves = new Curves();
    curves.line(line(1, Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`mine/${index}`, index]))));
    expect(Object.keys(curves.all())).toHaveLength(64);
  });
});
