/**
 * A classifier with a reject option under attack: how often does it err, clean or attacked, on images it does not
 * refuse (Stutz, Hein and Schiele, "Confidence-Calibrated Adversarial Training", ICML 2020, equation 8)?
 *
 * Deviations from the article's code, which its listing of faults names: attempts are worst-cased an example at a time
 * and not averaged; the true positive rate counts correctly classified examples, as the threshold does; all robust
 * rates are over the attacked examples; the positives of the ROC are correctly classified.
 *
 * @module
 */
import { SaddlepointError } from '../../engine/index.js';
import {
  CleanEvaluation,
  confidencesOf,
  countFrom,
  curveOf,
  ratio,
  type CleanEvaluationOptions,
  type Curve,
} from './clean.js';
import { decide, type Decisions, type Probabilities } from './probabilities.js';
import { areaUnderCurve, rocCurve, type RocCurve } from './roc.js';

/**
 * The error of a classifier with a reject option under attack, at each confidence threshold (Stutz, Hein and Schiele,
 * ICML 2020).
 */
export class AdversarialEvaluation extends CleanEvaluation {
  /** The attacked examples, as they are. */
  readonly reference: Decisions;
  /** Each one's worst attempt: a misclassified one before a correct one, then the more confident. */
  readonly adversarial: Decisions;

  /**
   * @param probabilities [N][K] of the clean examples; the last share of them are for validation
   * @param attempts [A][M][K]: of adversarial examples for the first M clean ones, in A attempts
   * @param labels [N]
   * @throws SaddlepointError EVALUATION for a row that is no distribution, ARGUMENT for sizes that do not fit, or
   *   attacked examples that are in the validation part
   */
  constructor(
    probabilities: Probabilities,
    attempts: readonly Probabilities[],
    labels: ArrayLike<number>,
    options: CleanEvaluationOptions = {},
  ) {
    super(probabilities, labels, options);
    const attacked = attempts[0]?.length ?? 0;
    if (attacked === 0 || attempts.some(({ length }) => length !== attacked) || attacked > this.test.correct.length) {
      throw new SaddlepointError(
        'ARGUMENT',
        `expected attempts on the same 1 to ${this.test.correct.length} test examples, received [${attempts.map(({ length }) => length).join(', ')}]`,
      );
    }
    const first = Array.from({ length: attacked }, (_, example) => labels[example]!);
    this.reference = {
      confidence: this.test.confidence.slice(0, attacked),
      correct: this.test.correct.slice(0, attacked),
    };
    this.adversarial = attempts.map((rows) => decide(rows, first)).reduce(worse);
  }

  /** Wrong, clean or attacked. */
  robustTestError(): number {
    return this.robustTestErrorAtConfidence(0);
  }

  /** Of the attacked examples that are right as they are, the share that some attempt makes wrong; 0 of none. */
  successRate(): number {
    return ratio(this.#successes().length, confidencesOf(this.reference, true).length);
  }

  /** The share of attacked examples whose adversarial image is wrong with at least this confidence. */
  override fprAtConfidence(threshold: number): number {
    return ratio(countFrom(confidencesOf(this.adversarial, false), threshold), this.adversarial.correct.length);
  }

  /**
   * Confidence-thresholded robust test error: of the attacked examples that the classifier does not refuse, clean or as
   * a successful adversarial image, the share that is wrong; 0 of none.
   */
  robustTestErrorAtConfidence(threshold: number): number {
    const { reference, adversarial } = this;
    let [wrong, answered] = [0, 0];
    reference.correct.forEach((right, example) => {
      const cleanAnswered = reference.confidence[example]! >= threshold;
      const attackAnswered = right && !adversarial.correct[example]! && adversarial.confidence[example]! >= threshold;
      if (attackAnswered || (!right && cleanAnswered)) wrong += 1;
      if (attackAnswered || cleanAnswered) answered += 1;
    });
    return ratio(wrong, answered);
  }

  /**
   * {@link robustTestErrorAtConfidence} at each clean confidence and each of adversarial images of correct examples.
   */
  robustTestErrorCurve(): Curve {
    const ofCorrect = this.adversarial.confidence.filter((_, example) => this.reference.correct[example]!);
    const thresholds = [...this.reference.confidence, ...ofCorrect];
    return curveOf(thresholds, (threshold) => this.robustTestErrorAtConfidence(threshold));
  }

  /** How well confidence tells right clean examples from successful adversarial ones; 1 where there are none. */
  override rocAuc(): number {
    return areaUnderCurve(confidencesOf(this.reference, true), this.#successes());
  }

  override roc(): RocCurve {
    return rocCurve(confidencesOf(this.reference, true), this.#successes());
  }

  /** Confidences of wrong adversarial images of examples that are right as they are. */
  #successes(): Float64Array {
    const { confidence, correct } = this.adversarial;
    return confidence.filter((_, example) => this.reference.correct[example]! && !correct[example]!);
  }
}

/** Wrong before right; among equals the more confident, which no threshold catches before the other. */
function worse(first: Decisions, second: Decisions): Decisions {
  const replace = first.correct.map((right, example) => {
    const other = second.correct[example]!;
    return right === other ? second.confidence[example]! > first.confidence[example]! : right;
  });
  return {
    confidence: first.confidence.map((value, example) => (replace[example]! ? second.confidence[example]! : value)),
    correct: first.correct.map((value, example) => (replace[example]! ? second.correct[example]! : value)),
  };
}
