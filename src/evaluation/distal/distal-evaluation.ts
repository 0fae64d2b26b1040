/**
 * Can confidence tell images from noise that was attacked until the network is sure of it? The detection error of
 * distal adversarial examples (Stutz, Hein and Schiele, "Confidence-Calibrated Adversarial Training", ICML 2020; David
 * Stutz's article on them).
 *
 * Deviations from the article's code: thresholds are from the last share of the clean images and everything else from
 * the others, where its two parts overlap; positives, of thresholds and ROC alike, are correctly classified images.
 *
 * @module
 */
import { SaddlepointError } from '../../engine/index.js';
import { confidencesOf, countFrom, shareFrom, TRUE_POSITIVE_RATES, type CleanEvaluation } from '../confidence/clean.js';
import type { Probabilities } from '../confidence/probabilities.js';
import { areaUnderCurve } from '../confidence/roc.js';
import { wilsonInterval } from '../interval.js';
import type { DistalResult } from './distal-result.js';

export type DistalFigures = Pick<
  DistalResult,
  'examples' | 'validationExamples' | 'testExamples' | 'rocAuc' | 'meanConfidence' | 'atTpr'
>;

/**
 * @param clean whose last share finds thresholds
 * @param noise [M][K] of the noise as it was, and `attacked` of the same images under attack
 * @throws SaddlepointError EVALUATION for no numbers, or no correct held-out image to find thresholds with
 */
export function distalFigures(clean: CleanEvaluation, noise: Probabilities, attacked: Probabilities): DistalFigures {
  const [before, after] = [largestOf(noise), largestOf(attacked)];
  return {
    examples: after.length,
    validationExamples: clean.validation.correct.length,
    testExamples: clean.test.correct.length,
    rocAuc: areaUnderCurve(confidencesOf(clean.test, true), after),
    meanConfidence: after.reduce((sum, confidence) => sum + confidence, 0) / after.length,
    atTpr: TRUE_POSITIVE_RATES.map((tpr) => {
      const threshold = clean.confidenceAtTpr(tpr);
      return {
        tpr,
        threshold,
        testTpr: clean.tprAtConfidence(threshold),
        fpr: shareFrom(after, threshold),
        interval: wilsonInterval(countFrom(after, threshold), after.length),
        noiseFpr: shareFrom(before, threshold),
      };
    }),
  };
}

function largestOf(rows: Probabilities): Float64Array {
  return Float64Array.from(rows, (row, image) => {
    const largest = Math.max(...Array.from(row));
    if (!Number.isNaN(largest)) return largest;
    throw new SaddlepointError('EVALUATION', `expected probabilities of noise, received NaN for image ${image}`);
  });
}
