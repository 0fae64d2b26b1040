/**
 * The audit sample and what it allows to say.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { wilsonInterval } from '../interval.js';
import { auditedInterval } from './audit.js';
import { auditSample, mostMissed } from './index.js';

const stillRobust = Array.from({ length: 500 }, (_, i) => 3 * i);

describe('the sample', () => {
  test('is a tenth, at least 20, and never more than there are', () => {
    expect(auditSample(stillRobust, 1)).toHaveLength(50);
    expect(auditSample(stillRobust.slice(0, 70), 1)).toHaveLength(20);
    expect(auditSample(stillRobust.slice(0, 7), 1)).toEqual(stillRobust.slice(0, 7));
    expect(auditSample([], 1)).toEqual([]);
  });

  test('is drawn by the seed alone, of those still robust, without repetition', () => {
    const sample = auditSample(stillRobust, 1);
    expect(auditSample(stillRobust, 1)).toEqual(sample);
    expect(auditSample(stillRobust, 2)).not.toEqual(sample);
    expect(sample.every((position) => stillRobust.includes(position))).toBe(true);
    expect(new Set(sample).size).toBe(50);
  });
});

describe('the bound', () => {
  /** The same by counting: the probability that `sample` of `population` miss all of `missed`. */
  const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n - 1, k - 1) * n) / k);

  test('is the largest number that a sample misses in more than 5 % of draws', () => {
    for (const [sample, population] of [
      [5, 12],
      [20, 60],
      [50, 500],
      [3, 400],
    ] as const) {
      const missed = mostMissed(sample, population);
      const probability = (count: number) =>
        population - count < sample ? 0 : choose(population - count, sample) / choose(population, sample);
      expect(probability(missed)).toBeGreaterThan(0.05);
      expect(probability(missed + 1)).toBeLessThanOrEqual(0.05);
    }
  });

  test('is none when all were looked at, all when none was, and near the rule of three', () => {
    expect(mostMissed(30, 30)).toBe(0);
    expect(mostMissed(0, 30)).toBe(30);
    expect(mostMissed(50, 100_000) / 100_000).toBeCloseTo(3 / 50, 2);
  });
});

describe('the interval of an audited error', () => {
  test('begins as without an audit, and ends above what could have been missed', () => {
    const [low, high] = auditedInterval(120, 200, { sample: 20, of: 80 });
    const missed = mostMissed(20, 80);
    expect(missed).toBeGreaterThan(5);
    expect(low).toBe(wilsonInterval(120, 200)[0]);
    expect(high).toBeGreaterThan(wilsonInterval(120 + missed, 200)[1]);
  });

  test('shrinks to nearly that of a whole count as the audit comes to look at all', () => {
    const [, all] = auditedInterval(120, 200, { sample: 80, of: 80 });
    expect(all).toBeLessThan(wilsonInterval(120, 200)[1] + 0.01);
    const ends = [1, 5, 20, 60, 80].map((sample) => auditedInterval(120, 200, { sample, of: 80 })[1]);
    expect([...ends].sort((a, b) => b - a)).toEqual(ends);
    expect(ends[0]).toBeGreaterThan(0.99);
  });

  test('holds the true error in 95 % of evaluations, where without the audit it does not', () => {
    // A population of which 60 % fall to the cheap stages and 4 % to the expensive ones alone; 1,000 seeded evaluations
    // of 200.
    let state = 12345;
    const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
    const held = { audited: 0, plain: 0 };
    for (let trial = 0; trial < 1000; trial += 1) {
      const examples = Array.from({ length: 200 }, () => random());
      const cheap = examples.filter((one) => one < 0.6).length;
      const expensive = examples.filter((one) => one >= 0.6 && one < 0.64).length;
      const of = 200 - cheap;
      // The audit looks at 20 of those that stand, the first `expensive` of which would fall.
      const places = Array.from({ length: of }, (_, i) => ({ i, key: random() })).sort((a, b) => a.key - b.key);
      const seen = places.slice(0, 20).some(({ i }) => i < expensive);
      const errors = seen ? cheap + expensive : cheap;
      const within = ([low, high]: readonly [number, number]) => (low <= 0.64 && 0.64 <= high ? 1 : 0);
      held.audited += within(seen ? wilsonInterval(errors, 200) : auditedInterval(errors, 200, { sample: 20, of }));
      held.plain += within(wilsonInterval(errors, 200));
    }
    expect(held.audited).toBeGreaterThan(950);
    expect(held.plain).toBeLessThan(950);
  });
});
