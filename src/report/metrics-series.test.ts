import { describe, expect, test } from 'vitest';
import { estimateStepsPerEpoch, series } from './metrics-series.js';

const record = (step: number, epoch: number, value?: number) =>
  value === undefined ? { step, epoch, seconds: 0 } : { step, epoch, seconds: 0, tag: value };

describe('the position of a value', () => {
  test('epochs counted from 0: the steps place a value within its epoch', () => {
    const records = [record(50, 0, 1), record(100, 0, 2), record(150, 1, 3), record(200, 1, 4)];
    expect(series(records, 'tag').map((point) => point.epoch)).toEqual([0.5, 1, 1.5, 2]);
  });

  test('epochs counted from 1 give the same', () => {
    expect(estimateStepsPerEpoch([record(100, 1), record(200, 2)])).toBe(100);
  });

  test('epochs that are fractions already are taken as they are', () => {
    expect(series([record(10, 0.25, 1), record(20, 0.5, 2)], 'tag').map((point) => point.epoch)).toEqual([0.25, 0.5]);
  });
});

describe('the values', () => {
  test('records without the tag, or with a value that is no number, are left out', () => {
    const broken = { ...record(3, 0), tag: null as unknown as number };
    expect(series([record(1, 0, 5), record(2, 0), broken], 'tag').map((point) => point.value)).toEqual([5]);
  });

  test('a long series is averaged in equal stretches and keeps its mean', () => {
    const records = Array.from({ length: 1000 }, (_, index) => record(index + 1, 0, index));
    const points = series(records, 'tag', 100);
    expect(points).toHaveLength(100);
    expect(points[0]?.value).toBe(4.5);
    expect(points.reduce((sum, point) => sum + point.value, 0) / 100).toBeCloseTo(499.5);
  });
});
