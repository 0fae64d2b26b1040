/**
 * The interval of a rate against values computed elsewhere.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { errorRate, wilsonInterval } from './index.js';

// Wilson's score interval, as R gives it: prop.test(errors, examples, correct = FALSE)$conf.int.
const KNOWN: readonly (readonly [errors: number, examples: number, low: number, high: number])[] = [
  [0, 10, 0, 0.2775328],
  [1, 10, 0.01787621, 0.40415],
  [5, 10, 0.2365931, 0.7634069],
  [10, 10, 0.7224672, 1],
];

describe('wilsonInterval', () => {
  test.each(KNOWN)('%i of %i is in [%f, %f]', (errors, examples, low, high) => {
    const [received, upper] = wilsonInterval(errors, examples);
    expect(received).toBeCloseTo(low, 6);
    expect(upper).toBeCloseTo(high, 6);
  });

  test('its ends are where the rate is 1.96 standard deviations from what was seen', () => {
    // The definition itself: |p̂ - p| = z sqrt(p (1 - p) / n) at both ends.
    for (let errors = 1; errors < 1000; errors += 1) {
      for (const end of wilsonInterval(errors, 1000)) {
        const distance = Math.abs(errors / 1000 - end) / Math.sqrt((end * (1 - end)) / 1000);
        expect(distance).toBeCloseTo(1.959963984540054, 9);
      }
    }
  });

  test('contains the rate, stays in [0, 1], and is the same for errors and successes', () => {
    for (let examples = 1; examples <= 40; examples += 1) {
      for (let errors = 0; errors <= examples; errors += 1) {
        const [low, high] = wilsonInterval(errors, examples);
        const rate = errors / examples;
        expect(low >= 0 && low <= rate && rate <= high && high <= 1).toBe(true);
        expect(wilsonInterval(examples - errors, examples)[0]).toBeCloseTo(1 - high, 12);
      }
    }
  });

  test('gets narrower with more examples', () => {
    const widths = [10, 100, 1000, 10_000].map((n) => wilsonInterval(n / 5, n)).map(([low, high]) => high - low);
    expect([...widths].sort((a, b) => b - a)).toEqual(widths);
    expect(widths[3]).toBeLessThan(0.016);
  });

  test.each([
    [0, 0],
    [-1, 10],
    [11, 10],
    [0.5, 10],
    [NaN, 10],
    [1, NaN],
  ])('refuses %s errors of %s examples', (errors, examples) => {
    expect(() => wilsonInterval(errors, examples)).toThrow(/expected (errors|examples) to be a whole number/);
  });
});

test('errorRate gives the fraction with its interval', () => {
  const { errors, examples, error, interval } = errorRate(5, 10);
  expect([errors, examples, error]).toEqual([5, 10, 0.5]);
  expect(interval).toEqual(wilsonInterval(5, 10));
});
