import { describe, expect, test } from 'vitest';
import type { RunUpdate } from '../protocol.js';
import { Runs } from './runs.js';
import { domainOf, linear, nearest, ticks } from './scale.js';

const change = (from: number, ...values: number[]) => ({
  from,
  step: values,
  epoch: values,
  seconds: values,
  value: values,
});
const update = (name: string, startedAt: string, curves: RunUpdate['curves'] = {}, anew = false): RunUpdate => ({
  card: {
    name,
    path: name,
    status: { state: 'training' },
    facts: {
      dataset: '',
      training: '',
      architecture: '',
      budget: '',
      startedAt,
      machine: [],
      clean: null,
      robust: null,
      remarks: [],
    },
    progress: null,
    validation: { clean: null, attacked: null },
  },
  anew,
  curves,
});

describe('runs', () => {
  test('curves are put together from what came', () => {
    const runs = new Runs();
    const valueOf = (tag: string) => runs.get('a')?.curves.get(tag)?.value;
    runs.apply(update('a', '', { loss: change(0, 1, 2, 3) }));
    runs.apply(update('a', '', { loss: change(2, 7, 8), error: change(0, 9) }));
    expect([valueOf('loss'), valueOf('error')]).toEqual([[1, 2, 7, 8], [9]]);
    runs.apply(update('a', '', { error: change(0, 5) }, true));
    expect([valueOf('loss'), valueOf('error')]).toEqual([undefined, [5]]);
  });

  test('the newest are in the charts until somebody chooses; colours stay, and are given again', () => {
    const runs = new Runs();
    for (let day = 1; day <= 7; day += 1) runs.apply(update(`run-${day}`, `2026-01-0${day}`));
    expect(runs.list().map(({ card }) => card.name)[0]).toBe('run-7');
    expect(runs.chosen().map(({ card }) => card.name)).toEqual(['run-7', 'run-6', 'run-5', 'run-4', 'run-3']);
    runs.choose('run-6', false);
    runs.choose('run-1', true);
    expect(runs.chosen().map(({ card, place }) => [card.name, place])).toEqual([
      ['run-7', 0],
      ['run-1', 1],
      ['run-5', 2],
      ['run-4', 3],
      ['run-3', 4],
    ]);
    runs.apply(update('run-8', '2026-01-08'));
    expect(runs.get('run-8')?.place).toBeUndefined();
    runs.remove('run-7');
    expect(runs.chosen()).toHaveLength(4);
  });
});

describe('scales', () => {
  test('ticks are round, within, and about as many as asked for', () => {
    expect(ticks([0, 1], 4)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(ticks([0, 0.0999], 4)).toEqual([0, 0.02, 0.04, 0.06, 0.08]);
    expect(ticks([3, 10_000], 5)).toEqual([2000, 4000, 6000, 8000, 10_000]);
    expect(ticks([5, 5], 4)).toEqual([5]);
  });

  test('the domain of nothing, of one value and of many', () => {
    expect(domainOf([])).toEqual([0, 1]);
    expect(domainOf([3])).toEqual([0, 3]);
    expect(domainOf([0])).toEqual([0, 1]);
    expect(domainOf([2, -1, 5])).toEqual([-1, 5]);
    expect(linear([0, 0], [10, 20])(0)).toBe(10);
  });

  test('the nearest point', () => {
    const points = [0, 1, 4, 9];
    expect([-1, 0.4, 0.6, 3, 7, 100].map((at) => points[nearest(points, at)])).toEqual([0, 0, 1, 4, 9, 9]);
    expect(nearest([], 3)).toBe(-1);
  });
});
