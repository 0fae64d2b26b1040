/**
 * Confidence thresholds give the figures of scripts/golden/make_confidence.py, and the article's faults are not here.
 *
 * @module
 */
import { afterAll, describe, expect, test } from 'vitest';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import { readGolden } from '../../../test/support/golden.js';
import { disposeSplit, makeSplit } from '../../data/index.js';
import { tensor, type Tensor } from '../../engine/index.js';
import { Module } from '../../nn/index.js';
import {
  AdversarialEvaluation,
  areaUnderCurve,
  CleanEvaluation,
  confidenceEvaluation,
  probabilitiesOf,
  rocCurve,
  TRUE_POSITIVE_RATES,
} from './index.js';

interface Roc {
  readonly auc: number;
  readonly fpr: readonly number[];
  readonly tpr: readonly number[];
  readonly thresholds: readonly number[];
}
interface Curve {
  readonly thresholds: readonly number[];
  readonly values: readonly number[];
}
interface ConfidenceCase {
  readonly labels: readonly number[];
  readonly clean: readonly (readonly number[])[];
  readonly attempts: readonly (readonly (readonly number[])[])[];
  readonly validation: number;
  readonly testError: number;
  readonly robustTestError: number;
  readonly successRate: number;
  readonly atTpr: readonly Readonly<
    Record<
      'tpr' | 'threshold' | 'testTpr' | 'validationTpr' | 'fpr' | 'cleanFpr' | 'testError' | 'robustTestError',
      number
    >
  >[];
  readonly curve: Curve;
  readonly cleanCurve: Curve;
  readonly cleanRoc: Roc;
  readonly roc: Roc;
}

const [golden] = readGolden<ConfidenceCase>('confidence').cases as [ConfidenceCase];
const { labels, clean, attempts, validation } = golden;
const cleanEvaluation = new CleanEvaluation(clean, labels, { validation });
const evaluation = new AdversarialEvaluation(clean, attempts, labels, { validation });

const near = (values: readonly number[], expected: readonly number[]) => {
  expect(values).toHaveLength(expected.length);
  values.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i]!, 12);
  });
};

describe('the golden numbers', () => {
  test('errors and success rate', () => {
    expect(cleanEvaluation.testError()).toBeCloseTo(golden.testError, 12);
    expect(evaluation.testError()).toBeCloseTo(golden.testError, 12);
    expect(evaluation.robustTestError()).toBeCloseTo(golden.robustTestError, 12);
    expect(evaluation.successRate()).toBeCloseTo(golden.successRate, 12);
  });

  test.each(golden.atTpr)('at $tpr of the true positives', ({ tpr, threshold, ...expected }) => {
    expect(evaluation.confidenceAtTpr(tpr)).toBe(threshold);
    const measured = {
      testTpr: evaluation.tprAtConfidence(threshold),
      validationTpr: evaluation.validationTprAtConfidence(threshold),
      fpr: evaluation.fprAtConfidence(threshold),
      cleanFpr: cleanEvaluation.fprAtConfidence(threshold),
      testError: evaluation.testErrorAtConfidence(threshold),
      robustTestError: evaluation.robustTestErrorAtConfidence(threshold),
    };
    for (const [name, value] of Object.entries(measured)) {
      expect(value, name).toBeCloseTo(expected[name as keyof typeof measured], 12);
    }
  });

  test('curves', () => {
    const curve = evaluation.robustTestErrorCurve();
    golden.curve.thresholds.forEach((threshold, i) => {
      expect(curve.values[curve.thresholds.indexOf(threshold)]).toBeCloseTo(golden.curve.values[i]!, 12);
    });
    expect([...curve.thresholds]).toEqual([...curve.thresholds].sort((a, b) => a - b));
    const cleanCurve = cleanEvaluation.testErrorCurve();
    expect(cleanCurve.thresholds).toEqual(golden.cleanCurve.thresholds);
    near(cleanCurve.values, golden.cleanCurve.values);
  });

  test.each([
    ['clean', cleanEvaluation, golden.cleanRoc],
    ['adversarial', evaluation, golden.roc],
  ] as const)('the %s ROC and its area are those of scikit-learn', (_, measured, expected) => {
    const { fpr, tpr, thresholds } = measured.roc();
    near(fpr, expected.fpr);
    near(tpr, expected.tpr);
    expect(thresholds).toEqual([Infinity, ...expected.thresholds]);
    expect(measured.rocAuc()).toBeCloseTo(expected.auc, 12);
  });
});

describe('what the code behind the article gets wrong', () => {
  const row = (confidence: number, right = true) =>
    right ? [confidence, 1 - confidence] : [1 - confidence, confidence];
  /** 1,000 examples of label 0, whose confidence is 0.5 + their place in the validation part / 2000. */
  const ladder = Array.from({ length: 1000 }, (_, i) => row(0.5 + (i % 500) / 2000 + 1e-4));

  test('99.5 % has a threshold of its own, not that of 99 %', () => {
    const many = new CleanEvaluation(ladder, new Array<number>(1000).fill(0), { validation: 0.5 });
    const places = TRUE_POSITIVE_RATES.map((rate) => Math.round((many.confidenceAtTpr(rate) - 0.5001) * 2000));
    expect(places).toEqual([25, 10, 5, 2]);
    TRUE_POSITIVE_RATES.forEach((rate) => {
      expect(many.validationTprAtConfidence(many.confidenceAtTpr(rate))).toBeGreaterThanOrEqual(rate);
    });
  });

  test('attempts are worst-cased an example at a time, by the more confident error, not averaged', () => {
    const cleanRows = Array.from({ length: 10 }, () => row(0.9));
    const first = [row(0.6, false), row(0.9), row(0.99)];
    const second = [row(0.8, false), row(0.7, false), row(0.9)];
    const both = new AdversarialEvaluation(cleanRows, [first, second], new Array<number>(10).fill(0));
    expect(both.adversarial.correct).toEqual([false, false, true]);
    expect([...both.adversarial.confidence]).toEqual([0.8, 0.7, 0.99]);
    expect(both.robustTestError()).toBe(2 / 3);
    expect(both.robustTestErrorAtConfidence(0.75)).toBe(1 / 3);
    const reversed = new AdversarialEvaluation(cleanRows, [second, first], new Array<number>(10).fill(0));
    expect(reversed.adversarial).toEqual(both.adversarial);
  });

  test('more attempts never lower the robust error, at any threshold', () => {
    const one = new AdversarialEvaluation(clean, attempts.slice(0, 1), labels, { validation });
    for (const threshold of [0, 0.4, 0.5, 0.7, 0.9]) {
      expect(evaluation.robustTestErrorAtConfidence(threshold)).toBeGreaterThanOrEqual(
        one.robustTestErrorAtConfidence(threshold),
      );
    }
  });

  test('the true positive rate counts correctly classified examples, as the threshold does', () => {
    const rows = [row(0.9), row(0.9, false), row(0.6), row(0.8)];
    const small = new AdversarialEvaluation(rows, [[row(0.9)]], [0, 0, 0, 0], { validation: 0.25 });
    expect(small.tprAtConfidence(0.7)).toBe(1 / 2);
  });

  test('a classifier that refuses everything errs on nothing', () => {
    expect(evaluation.testErrorAtConfidence(1.1)).toBe(0);
    expect(evaluation.robustTestErrorAtConfidence(1.1)).toBe(0);
  });
});

describe('bad input', () => {
  test.each([
    [
      'probabilities that sum to 2',
      [
        [1, 1],
        [1, 0],
      ],
      [0, 0],
      /expected 2 probabilities that sum to 1.*for example 0/,
    ],
    [
      'a NaN',
      [
        [1, 0],
        [NaN, 0],
      ],
      [0, 0],
      /example 1.*look for NaN/,
    ],
    [
      'a label without a class',
      [
        [1, 0],
        [1, 0],
      ],
      [0, 2],
      /expected labels from 0 to 1, received 2 for example 1/,
    ],
    [
      'fewer labels than rows',
      [
        [1, 0],
        [1, 0],
      ],
      [0],
      /as many rows of probabilities as labels/,
    ],
    ['too few for a validation part', [[1, 0]], [0], /both a test and a validation part/],
  ])('%s', (_, rows, given, message) => {
    expect(() => new CleanEvaluation(rows, given, { validation: 0.5 })).toThrow(message);
  });

  test('attacked examples in the validation part', () => {
    expect(() => new AdversarialEvaluation(clean, [clean], labels, { validation })).toThrow(
      /expected attempts on the same 1 to 45 test examples, received \[60\]/,
    );
  });

  test('no correct validation example to find a threshold with', () => {
    const wrong = new CleanEvaluation(
      [
        [1, 0],
        [1, 0],
      ],
      [0, 1],
      { validation: 0.5 },
    );
    expect(() => wrong.confidenceAtTpr(0.95)).toThrow(/to find a threshold with, received none/);
  });
});

test('ROC: separable scores have an area of 1, reversed ones of 0, ties of a half, and nothing to separate of 1', () => {
  expect(areaUnderCurve([0.8, 0.9], [0.1, 0.2])).toBe(1);
  expect(areaUnderCurve([0.1], [0.8, 0.9])).toBe(0);
  expect(areaUnderCurve([0.5, 0.5], [0.5])).toBe(0.5);
  expect(areaUnderCurve([0.5], [])).toBe(1);
  expect(rocCurve([0.5], [0.5])).toEqual({ thresholds: [Infinity, 0.5], fpr: [0, 1], tpr: [0, 1] });
});

describe('confidenceEvaluation', () => {
  /** Says class 1 as surely as the pixel is bright. */
  class Brightness extends Module {
    override forward(input: Tensor): Tensor {
      return input.flatten({ startDim: 1 }).sub(0.5).mul(10);
    }
  }
  const bytes = [255, 250, 240, 10, 5, 0, 120, 245, 20, 230];
  const split = makeSplit(
    'test',
    Uint8Array.from(bytes),
    Uint8Array.from([1, 1, 1, 0, 0, 0, 1, 1, 0, 1]),
    [1, 1, 1],
    2,
  );
  const model = new Brightness();
  const options = { attack: 'pgd', norm: 'linf', epsilon: 0.6, validation: 0.4 };
  leavesNothingAlive();
  afterAll(() => {
    disposeSplit(split);
  });

  test.each([1, 3, 100])('from images to figures, whatever the batches (%i)', async (batchSize) => {
    const images = tensor([0.3, 0.4, 0.98, 0.9], { shape: [4, 1, 1, 1] });
    const result = await confidenceEvaluation(model, split, [images], { ...options, batchSize });
    images.dispose();
    expect(result).toMatchObject({ attack: 'pgd', examples: 4, attempts: 1, validationExamples: 4, testError: 0 });
    expect(result.robustTestError).toBe(3 / 4);
    expect(result.successRate).toBe(3 / 4);
    expect(result.atTpr.map(({ tpr }) => tpr)).toEqual([0.95, 0.98, 0.99, 0.995]);
    expect(result.histogram.adversarial.reduce((sum, count) => sum + count)).toBe(3);
    expect(result.histogram.correct.reduce((sum, count) => sum + count)).toBe(4);
  });

  test('a single logit gives two probabilities', () => {
    const image = tensor([0.5, 1], { shape: [2, 1, 1, 1] });
    const [even, sure] = probabilitiesOf(model, image);
    image.dispose();
    expect([...even!]).toEqual([0.5, 0.5]);
    expect(sure![1]).toBeCloseTo(1 / (1 + Math.exp(-5)), 6);
  });

  test('images of another size and a network that is not one are refused', async () => {
    const images = tensor([0.3, 0.4], { shape: [1, 1, 1, 2] });
    await expect(confidenceEvaluation(model, split, [images], options)).rejects.toThrow(
      /expected adversarial images as float32 \[at most 10, 1, 1, 1\]/,
    );
    images.dispose();
    class Broken extends Module {
      override forward(input: Tensor): Tensor {
        return input.flatten({ startDim: 1 }).sub(2).log();
      }
    }
    await expect(confidenceEvaluation(new Broken(), split, [], options)).rejects.toThrow(/received \[NaN, NaN\]/);
  });
});
