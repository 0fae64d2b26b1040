/**
 * A classifier that may refuse to answer where its confidence is below a threshold, on clean images (Stutz, Hein and
 * Schiele, "Confidence-Calibrated Adversarial Training", ICML 2020, section 4 and supplement).
 *
 * Deviations from the article's code: 99.5 % true positive rate is its own threshold there (a rounding there made it
 * that of 99 %), and labels need not contain the last class.
 *
 * @module
 */
import { requireNumber, SaddlepointError } from '../../engine/index.js';
import { decide, testCount, VALIDATION, type Decisions, type Probabilities } from './probabilities.js';
import { areaUnderCurve, rocCurve, type RocCurve } from './roc.js';

/** The true positive rates at which the article reports. */
export const TRUE_POSITIVE_RATES = [0.95, 0.98, 0.99, 0.995] as const;

export interface CleanEvaluationOptions {
  /** The share of the examples, the last ones, that only finds thresholds. Default 0.1. */
  readonly validation?: number | undefined;
}

/** A rate at each threshold, ascending. */
export interface Curve {
  readonly thresholds: readonly number[];
  readonly values: readonly number[];
}

/**
 * The error of a classifier with a reject option on clean images, at each confidence threshold (Stutz, Hein and
 * Schiele, ICML 2020).
 */
export class CleanEvaluation {
  readonly test: Decisions;
  readonly validation: Decisions;

  /**
   * @param probabilities [N][K], rows that sum to 1
   * @param labels [N]
   * @throws SaddlepointError EVALUATION for a row that is no distribution, ARGUMENT for sizes that do not fit
   */
  constructor(
    probabilities: Probabilities,
    labels: ArrayLike<number>,
    { validation = VALIDATION }: CleanEvaluationOptions = {},
  ) {
    const all = decide(probabilities, labels);
    const split = testCount(labels.length, validation);
    this.test = part(all, 0, split);
    this.validation = part(all, split, labels.length);
  }

  /**
   * The largest threshold that at least this share of the correctly classified validation examples reaches, as the
   * element floor(n * (1 - rate)) of their ascending confidences.
   */
  confidenceAtTpr(rate: number): number {
    requireNumber('the true positive rate', rate, Number.MIN_VALUE, 1);
    const sorted = confidencesOf(this.validation, true).sort();
    if (sorted.length === 0) {
      throw new SaddlepointError(
        'EVALUATION',
        'expected correctly classified validation examples to find a threshold with, received none',
      );
    }
    // A little more, so that 1 - 0.95 of 100 is 5 and not 5 less a rounding error; 0 is a place always.
    return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * (1 - rate) + 1e-9))]!;
  }

  /** The share of correctly classified test examples with at least this confidence; 0 of none. */
  tprAtConfidence(threshold: number): number {
    return shareFrom(confidencesOf(this.test, true), threshold);
  }

  /** As {@link tprAtConfidence}, of the validation examples that gave the threshold. */
  validationTprAtConfidence(threshold: number): number {
    return shareFrom(confidencesOf(this.validation, true), threshold);
  }

  /** The share of misclassified test examples with at least this confidence; 0 of none. */
  fprAtConfidence(threshold: number): number {
    return shareFrom(confidencesOf(this.test, false), threshold);
  }

  /** The share of misclassified test examples. */
  testError(): number {
    return this.testErrorAtConfidence(0);
  }

  /** The share of misclassified among the test examples with at least this confidence; 0 of none. */
  testErrorAtConfidence(threshold: number): number {
    const [right, wrong] = [true, false].map((correct) => countFrom(confidencesOf(this.test, correct), threshold));
    return ratio(wrong!, right! + wrong!);
  }

  /** {@link testErrorAtConfidence} at each test confidence. */
  testErrorCurve(): Curve {
    return curveOf(this.test.confidence, (threshold) => this.testErrorAtConfidence(threshold));
  }

  /** How well confidence tells right from wrong test examples: area under {@link roc}; 1 where all are one. */
  rocAuc(): number {
    return areaUnderCurve(confidencesOf(this.test, true), confidencesOf(this.test, false));
  }

  /** Right test examples are the positives, wrong ones the negatives, confidence the score. */
  roc(): RocCurve {
    return rocCurve(confidencesOf(this.test, true), confidencesOf(this.test, false));
  }
}

function part({ confidence, correct }: Decisions, start: number, end: number): Decisions {
  return { confidence: confidence.slice(start, end), correct: correct.slice(start, end) };
}

/** The confidences of the examples that are right, or wrong. */
export function confidencesOf({ confidence, correct }: Decisions, right: boolean): Float64Array {
  return confidence.filter((_, example) => correct[example] === right);
}

export function countFrom(confidences: Float64Array, threshold: number): number {
  return confidences.filter((confidence) => confidence >= threshold).length;
}

export function shareFrom(confidences: Float64Array, threshold: number): number {
  return ratio(countFrom(confidences, threshold), confidences.length);
}

/** 0 of nothing. */
export function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

/** A rate at each distinct one of these thresholds. */
export function curveOf(thresholds: ArrayLike<number>, rate: (threshold: number) => number): Curve {
  const distinct = [...new Set(Float64Array.from(thresholds).sort())];
  return { thresholds: distinct, values: distinct.map(rate) };
}
