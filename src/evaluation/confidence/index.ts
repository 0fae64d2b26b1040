/**
 * Evaluation with confidence thresholds: from a network and adversarial images to Stutz's figures.
 *
 * @module
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describeValue, noGrad, requireInteger, SaddlepointError, Tensor, tidy } from '../../engine/index.js';
import { batches, count, disposeBatch, type Split } from '../../data/index.js';
import { evaluating, type Module } from '../../nn/index.js';
import { AdversarialEvaluation } from './adversarial.js';
import { CleanEvaluation, confidencesOf, TRUE_POSITIVE_RATES } from './clean.js';
import type { ConfidenceHistogram, ConfidenceResult } from './confidence-result.js';
import { VALIDATION } from './probabilities.js';

export { AdversarialEvaluation } from './adversarial.js';
export { CleanEvaluation, TRUE_POSITIVE_RATES, type CleanEvaluationOptions, type Curve } from './clean.js';
export type { AtTruePositiveRate, ConfidenceHistogram, ConfidenceResult } from './confidence-result.js';
export { areaUnderCurve, rocCurve, type RocCurve } from './roc.js';

export interface ConfidenceEvaluationOptions {
  /** What made the adversarial images, for the result. */
  readonly attack: string;
  readonly norm: string;
  readonly epsilon: number;
  /** The share of the split, its last examples, that only finds thresholds. Default 0.1. */
  readonly validation?: number | undefined;
  readonly batchSize?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Steps of the histogram. */
const BINS = 20;

/**
 * Evaluates a classifier that refuses below a confidence. For worst-case numbers the images should come from an attack
 * that seeks confident errors: objective `confidence`.
 *
 * @param split clean examples; the last share of them finds thresholds
 * @param attempts one or several float32 [M, C, H, W]: adversarial images of the split's first M examples
 * @throws SaddlepointError ARGUMENT for images of another form, or more of them than test examples; EVALUATION for
 *   logits that are not numbers; INTERRUPTED after the signal
 */
export async function confidenceEvaluation(
  model: Module,
  split: Split,
  attempts: readonly Tensor[],
  options: ConfidenceEvaluationOptions,
): Promise<ConfidenceResult> {
  const { attack, norm, epsilon, validation = VALIDATION, batchSize = 250, signal } = options;
  requireInteger('batchSize', batchSize, 1);
  for (const images of attempts) requireImages(images, split);
  const restore = evaluating(model);
  try {
    const clean: Float64Array[] = [];
    for (const batch of batches(split, { batchSize })) {
      try {
        clean.push(...probabilitiesOf(model, batch.images));
      } finally {
        disposeBatch(batch);
      }
      await pause(signal);
    }
    const attacked: Float64Array[][] = [];
    for (const images of attempts) {
      const rows: Float64Array[] = [];
      for (let start = 0; start < images.size(0); start += batchSize) {
        const end = Math.min(images.size(0), start + batchSize);
        rows.push(...tidy(() => probabilitiesOf(model, images.slice({ dim: 0, start, end }))));
        await pause(signal);
      }
      attacked.push(rows);
    }
    const labels = split.labels.toNumbers();
    const thresholds = new CleanEvaluation(clean, labels, { validation });
    const evaluation = new AdversarialEvaluation(clean, attacked, labels, { validation });
    return { attack, norm, epsilon, attempts: attempts.length, ...describeEvaluation(thresholds, evaluation) };
  } finally {
    restore();
  }
}

/**
 * The softmax probabilities of a batch, one row an example, computed in float64; a single logit gives two classes.
 *
 * @param images float32 [N, C, H, W]
 */
export function probabilitiesOf(model: Module, images: Tensor): Float64Array[] {
  const { values, classes } = tidy(() => {
    const logits = noGrad(() => model.forward(images)).to({ dtype: 'float64' });
    return { values: logits.toTypedArray() as Float64Array, classes: logits.size(1) };
  });
  return Array.from({ length: values.length / classes }, (_, row) => {
    const logits = values.subarray(row * classes, (row + 1) * classes);
    return softmax(classes === 1 ? Float64Array.of(-logits[0]! / 2, logits[0]! / 2) : logits);
  });
}

function softmax(logits: Float64Array): Float64Array {
  const largest = Math.max(...logits);
  const weights = logits.map((logit) => Math.exp(logit - largest));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

function describeEvaluation(clean: CleanEvaluation, evaluation: AdversarialEvaluation) {
  const { reference, adversarial } = evaluation;
  const histogram: ConfidenceHistogram = {
    correct: bins(confidencesOf(reference, true)),
    wrong: bins(confidencesOf(reference, false)),
    adversarial: bins(
      adversarial.confidence.filter((_, i) => reference.correct[i] === true && adversarial.correct[i] === false),
    ),
  };
  return {
    examples: reference.correct.length,
    validationExamples: evaluation.validation.correct.length,
    testError: evaluation.testError(),
    robustTestError: evaluation.robustTestError(),
    successRate: evaluation.successRate(),
    rocAuc: evaluation.rocAuc(),
    cleanRocAuc: clean.rocAuc(),
    atTpr: TRUE_POSITIVE_RATES.map((tpr) => {
      const threshold = evaluation.confidenceAtTpr(tpr);
      return {
        tpr,
        threshold,
        testTpr: evaluation.tprAtConfidence(threshold),
        validationTpr: evaluation.validationTprAtConfidence(threshold),
        fpr: evaluation.fprAtConfidence(threshold),
        testError: evaluation.testErrorAtConfidence(threshold),
        robustTestError: evaluation.robustTestErrorAtConfidence(threshold),
      };
    }),
    histogram,
  };
}

function bins(confidences: Float64Array): number[] {
  const counts = new Array<number>(BINS).fill(0);
  for (const confidence of confidences) {
    const bin = Math.min(BINS - 1, Math.floor(confidence * BINS));
    counts[bin] = counts[bin]! + 1;
  }
  return counts;
}

async function pause(signal: AbortSignal | undefined): Promise<void> {
  await nextTurn();
  if (signal?.aborted === true) throw new SaddlepointError('INTERRUPTED', 'the confidence evaluation was stopped');
}

function requireImages(images: Tensor, split: Split): void {
  const shape = split.images.shape.slice(1).join(', ');
  const fits =
    images instanceof Tensor &&
    images.ndim === 4 &&
    images.dtype === 'float32' &&
    images.shape.slice(1).join(', ') === shape;
  if (fits && images.size(0) <= count(split)) return;
  const received = describeValue(images);
  throw new SaddlepointError(
    'ARGUMENT',
    `expected adversarial images as float32 [at most ${count(split)}, ${shape}], received ${received}`,
  );
}
