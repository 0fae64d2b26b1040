/**
 * Paired tests: their numbers beside SciPy's, and which results are refused.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { failureOf } from '../../../test/support/failure.js';
import {
  countPairs,
  mcnemarExact,
  outcomesOf,
  pairedBootstrapInterval,
  pairedTest,
  type PairableRate,
} from './index.js';

interface Golden {
  readonly mcnemar: readonly { firstOnly: number; secondOnly: number; pValue: number }[];
  readonly intervals: readonly {
    images: number;
    firstOnly: number;
    secondOnly: number;
    interval: readonly [number, number];
  }[];
}
const golden = JSON.parse(readFileSync(new URL('../../../test/golden/paired.json', import.meta.url), 'utf8')) as Golden;

describe("McNemar's exact test", () => {
  test.each(golden.mcnemar)("of $firstOnly and $secondOnly is SciPy's", ({ firstOnly, secondOnly, pValue }) => {
    expect(Math.abs(mcnemarExact(firstOnly, secondOnly) / pValue - 1)).toBeLessThan(1e-9);
  });

  test('finds nothing where no image is discordant, and is the same the other way round', () => {
    expect(mcnemarExact(0, 0)).toBe(1);
    expect(mcnemarExact(12, 31)).toBe(mcnemarExact(31, 12));
  });

  test.each([-1, 0.5, NaN])('refuses %d images', (count) => {
    expect(failureOf(() => mcnemarExact(count, 1)).code).toBe('ARGUMENT');
  });
});

describe("the paired bootstrap's interval", () => {
  test.each(golden.intervals)(
    "of $images images, $firstOnly and $secondOnly, is SciPy's to the noise of its resamples",
    ({ images, firstOnly, secondOnly, interval }) => {
      const own = pairedBootstrapInterval(images, firstOnly, secondOnly);
      own.forEach((end, i) => {
        expect(Math.abs(end - interval[i]!) * images).toBeLessThan(1.0001);
      });
    },
  );

  test('is that of all resamples, where these can be counted', () => {
    // Four images: differences -1, 1, 1, 0, and 4^4 resamples of them.
    const differences = [-1, 1, 1, 0];
    const every = Array.from({ length: 256 }, (_, i) =>
      [0, 1, 2, 3].reduce((sum, place) => sum + differences[Math.floor(i / 4 ** place) % 4]!, 0),
    ).sort((a, b) => a - b);
    const quantile = (share: number) => every[Math.ceil(share * 256) - 1]! / 4;
    for (const confidence of [0.95, 0.8, 0.5]) {
      const [low, high] = pairedBootstrapInterval(4, 1, 2, confidence);
      expect([low, high]).toEqual([quantile((1 - confidence) / 2), quantile((1 + confidence) / 2)]);
    }
  });

  test('turns round with the two networks', () => {
    const [low, high] = pairedBootstrapInterval(500, 30, 12);
    const [turnedLow, turnedHigh] = pairedBootstrapInterval(500, 12, 30);
    expect([turnedLow, turnedHigh]).toEqual([-high, -low]);
  });

  test('holds where every image is discordant', () => {
    expect(pairedBootstrapInterval(20, 20, 0)).toEqual([-1, -1]);
    const [low, high] = pairedBootstrapInterval(20, 10, 10);
    expect(low).toBe(-high);
    expect(high).toBeGreaterThan(0);
  });

  test('refuses more discordant images than there are', () => {
    expect(failureOf(() => pairedBootstrapInterval(10, 6, 5)).code).toBe('ARGUMENT');
  });
});

test('outcomes tell what is wrong as it is from what an attack fooled, and both count', () => {
  const first = outcomesOf([true, false, false, false], [true, true, false, false]);
  expect(first).toBe('wfrr');
  expect(countPairs(first, 'rffr')).toEqual({ images: 4, bothWrong: 1, firstOnly: 1, secondOnly: 1, neither: 1 });
});

describe('two results', () => {
  const data = { name: 'cifar-10', selection: 'test[0:4]', sha256: 'a'.repeat(64) };
  const attack = { settings: { name: 'pgd', epsilon: 0.03, steps: 20 }, order: 'exact' };
  const rate: PairableRate = { outcomes: 'wfrr', data, attack };

  test('of the same attack on the same images are compared', () => {
    expect(pairedTest(rate, { ...rate, outcomes: 'rffr' })).toMatchObject({ images: 4, difference: 0, pValue: 1 });
  });

  test.each<[string, PairableRate, string]>([
    ['another data set', { ...rate, data: { ...data, name: 'cifar-100' } }, 'other data sets: cifar-10 and cifar-100'],
    ['another selection', { ...rate, data: { ...data, selection: 'test[0:5]' } }, 'other selections: test[0:4]'],
    ['other images', { ...rate, data: { ...data, sha256: 'b'.repeat(64) } }, 'SHA-256 aaaaaaaa and bbbbbbbb'],
    [
      'another number of steps',
      { ...rate, attack: { ...attack, settings: { ...attack.settings, steps: 40 } } },
      'another attack: steps: 20 and 40',
    ],
    ['another order', { ...rate, attack: { ...attack, order: 'sampled' } }, 'order: "exact" and "sampled"'],
    [
      'a search with rounded factors',
      { ...rate, attack: { ...attack, precision: 'bfloat16' } },
      'another attack: precision: none and "bfloat16"',
    ],
    ['no attack', { outcomes: 'wrrr', data }, 'another attack: name: "pgd" and none'],
    ['no outcomes', { ...rate, outcomes: undefined }, 'the second result does not say what became of each image'],
    ['too few outcomes', { ...rate, outcomes: 'wfr' }, 'outcomes of 4 and 3 images'],
  ])('of which one is of %s are refused', (_, other, message) => {
    const failure = failureOf(() => pairedTest(rate, other));
    expect(failure.code).toBe('EVALUATION');
    expect(failure.message).toContain(message);
  });
});
