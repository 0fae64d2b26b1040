/**
 * The evaluation with a reject option, as results keep it.
 *
 * @module
 */

/** Everything at the threshold that keeps this share of the correct validation examples. */
export interface AtTruePositiveRate {
  /** Asked for, on the validation part. */
  readonly tpr: number;
  /** The confidence below which the classifier refuses. */
  readonly threshold: number;
  readonly testTpr: number;
  readonly validationTpr: number;
  readonly fpr: number;
  readonly testError: number;
  readonly robustTestError: number;
}

/** How many examples have a confidence in each of equal steps from 0 to 1; the last step includes 1. */
export interface ConfidenceHistogram {
  readonly correct: readonly number[];
  readonly wrong: readonly number[];
  /** Successful adversarial images of correct examples. */
  readonly adversarial: readonly number[];
}

export interface ConfidenceResult {
  /** e.g. `pgd` with the confidence objective. */
  readonly attack: string;
  readonly norm: string;
  readonly epsilon: number;
  /** Test examples that were attacked. */
  readonly examples: number;
  readonly attempts: number;
  readonly validationExamples: number;
  readonly testError: number;
  readonly robustTestError: number;
  readonly successRate: number;
  readonly rocAuc: number;
  /** Confidence against correct and wrong clean examples. */
  readonly cleanRocAuc: number;
  readonly atTpr: readonly AtTruePositiveRate[];
  readonly histogram: ConfidenceHistogram;
}
