/**
 * The certificates of randomised smoothing agree with scripts/golden/make_smoothing.py, which knows scipy's
 * distributions alone.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { readGolden } from '../../../test/support/golden.js';
import { certificateOf, requireSmoothing } from './certify.js';
import { certifiedAccuracy, summarize } from './certified-curve.js';
import { fairCoinTest } from '../fair-coin-test.js';
import { clopperPearsonLowerBound } from './clopper-pearson.js';
import { normalDistribution, normalQuantile } from './normal-distribution.js';
import { predictionOf } from './predict.js';

interface Golden {
  readonly bounds: readonly [successes: number, trials: number, alpha: number, bound: number][];
  readonly fairTests: readonly [first: number, second: number, probability: number][];
  readonly quantiles: readonly [probability: number, quantile: number][];
  readonly certificates: readonly {
    readonly selection: readonly number[];
    readonly estimation: readonly number[];
    readonly sigma: number;
    readonly alpha: number;
    readonly answer: number | null;
    readonly radius: number;
    readonly predicted: number | null;
  }[];
}
const golden = readGolden<Golden>('smoothing').cases[0]!;

test.each(golden.bounds)('%i of %i successes at alpha %d: a probability of at least %d', (...one) => {
  const [successes, trials, alpha, bound] = one;
  expect(Math.abs(clopperPearsonLowerBound(successes, trials, alpha) - bound)).toBeLessThan(1e-9);
});

test.each(golden.fairTests)('%i against %i of a fair coin: p = %d', (first, second, probability) => {
  expect(Math.abs(fairCoinTest(first, second) - probability)).toBeLessThan(1e-9);
});

test.each(golden.quantiles)('the normal quantile of %d is %d', (probability, quantile) => {
  // As close as the rounding of the probability allows, which far out is a longer way.
  const density = Math.exp(-0.5 * quantile * quantile) / Math.sqrt(2 * Math.PI);
  expect(Math.abs(normalQuantile(probability) - quantile) * density).toBeLessThan(1e-15);
  expect(Math.abs(normalDistribution(normalQuantile(probability)) - probability)).toBeLessThan(1e-15);
});

test('the ends of the probabilities are infinite quantiles', () => {
  expect([normalQuantile(0), normalQuantile(1)]).toEqual([-Infinity, Infinity]);
  expect(() => normalQuantile(1.1)).toThrow(/expected a probability/);
});

describe('certificates and predictions of the same counts', () => {
  test.each([...golden.certificates.entries()])('case %i', (_, one) => {
    const { answer, radius } = certificateOf(one.selection, one.estimation, one.sigma, one.alpha);
    expect(answer).toBe(one.answer);
    expect(Math.abs(radius - one.radius)).toBeLessThan(1e-9);
    expect(predictionOf(one.estimation, one.alpha)).toBe(one.predicted);
  });

  test('some are certified and some abstained from', () => {
    const abstentions = golden.certificates.filter(({ answer }) => answer === null).length;
    expect(abstentions).toBeGreaterThan(5);
    expect(abstentions).toBeLessThan(35);
  });
});

describe('the curve', () => {
  const image = (answer: number | null, radius: number, label = 1) => ({
    index: 0,
    label,
    answer,
    radius,
    agreeing: 0,
  });
  const certificates = [image(1, 0.5), image(1, 0.2), image(2, 0.9), image(null, 0)];

  test('counts what is right within the whole radius', () => {
    expect(certifiedAccuracy(certificates, 0).correct).toBe(2);
    expect(certifiedAccuracy(certificates, 0.2).correct).toBe(2);
    expect(certifiedAccuracy(certificates, 0.21)).toMatchObject({ correct: 1, accuracy: 0.25 });
  });

  test('goes on until no image is left; the average radius counts wrong answers as 0', () => {
    const { curve, averageRadius, abstentions } = summarize(certificates, 0.25);
    expect(curve[0]!.radius).toBe(0);
    expect(curve.at(-1)).toMatchObject({ correct: 0 });
    expect(curve.at(-2)!.correct).toBeGreaterThan(0);
    expect(averageRadius).toBeCloseTo(0.7 / 4, 12);
    expect(abstentions).toBe(1);
  });

  test('is one of zeros where nothing is right', () => {
    const { curve, averageRadius } = summarize([image(2, 0.9)], 0.25);
    expect(curve.map(({ correct }) => correct)).toEqual([0, 0]);
    expect(averageRadius).toBe(0);
  });
});

test.each([
  ['sigma of 0', { sigma: 0 }, /sigma.*above 0/],
  ['a negative sigma', { sigma: -0.25 }, /sigma/],
  ['a sigma that is no number', { sigma: NaN }, /sigma/],
  ['no samples', { samples: 0 }, /samples/],
  ['half a sample', { samples: 1.5 }, /samples/],
  ['no samples to select by', { selectionSamples: 0 }, /selectionSamples/],
  ['alpha of 0', { alpha: 0 }, /alpha.*between 0 and 1/],
  ['alpha of 1', { alpha: 1 }, /alpha/],
  ['alpha that is no number', { alpha: NaN }, /alpha/],
])('%s is refused', (_, wrong, message) => {
  const right = { sigma: 0.25, selectionSamples: 100, samples: 1000, alpha: 0.001 };
  expect(() => {
    requireSmoothing({ ...right, ...wrong });
  }).toThrow(message);
});
