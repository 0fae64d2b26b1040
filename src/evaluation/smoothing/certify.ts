/**
 * CERTIFY (Cohen, Rosenfeld and Kolter, "Certified Adversarial Robustness via Randomized Smoothing", ICML 2019,
 * algorithm 2): a class and an L2 radius within which the smoothed classifier answers nothing else, wrong with
 * probability alpha at most; or an abstention.
 *
 * @module
 */
import { requireInteger, type Tensor } from '../../engine/index.js';
import type { Certificate, SmoothingSettings } from './certificate.js';
import { clopperPearsonLowerBound, requireAlpha } from './clopper-pearson.js';
import { normalQuantile } from './normal-distribution.js';
import { requireSigma, type SmoothedClassifier } from './smoothed-classifier.js';

/** The defaults for a look; publications have 100,000 samples. */
export const SMOOTHING_DEFAULTS = { selectionSamples: 100, samples: 1000, alpha: 0.001 } as const;

/** A few samples choose the class, many others bound its probability. Leaves nothing alive. */
export function certifyImage(
  classifier: SmoothedClassifier,
  image: Tensor,
  index: number,
  { selectionSamples, samples, alpha }: SmoothingSettings,
): Certificate {
  const selection = classifier.counts(image, index, selectionSamples, 'selection');
  const estimation = classifier.counts(image, index, samples, 'estimation');
  return certificateOf(selection, estimation, classifier.sigma, alpha);
}

/**
 * What counts prove. With p the lower bound of the chosen class's probability, at confidence 1 - alpha, the radius is
 * sigma · Φ⁻¹(p) where p > ½ (the paper's equation 3 with the second class at 1 - p), else it abstains.
 *
 * @param selection [K] counts, of noise independent of the others'
 * @param estimation [K] counts
 */
export function certificateOf(
  selection: readonly number[],
  estimation: readonly number[],
  sigma: number,
  alpha: number,
): Certificate {
  const chosen = selection.indexOf(Math.max(...selection));
  const agreeing = estimation[chosen]!;
  const samples = estimation.reduce((sum, count) => sum + count, 0);
  const bound = clopperPearsonLowerBound(agreeing, samples, alpha);
  if (bound <= 0.5) return { answer: null, radius: 0, agreeing };
  return { answer: chosen, radius: sigma * normalQuantile(bound), agreeing };
}

/**
 * Checks the settings of a certification.
 *
 * @throws SaddlepointError ARGUMENT for a setting out of its range
 */
export function requireSmoothing({ sigma, selectionSamples, samples, alpha }: SmoothingSettings): void {
  requireSigma(sigma);
  requireInteger('selectionSamples', selectionSamples, 1);
  requireInteger('samples', samples, 1);
  requireAlpha(alpha);
}
