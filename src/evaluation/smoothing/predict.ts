/**
 * PREDICT (Cohen, Rosenfeld and Kolter, "Certified Adversarial Robustness via Randomized Smoothing", ICML 2019, section
 * 3.2.1 and appendix): the smoothed classifier's class, wrong with probability alpha at most; or an abstention. Cheaper
 * than a certificate, as it says no radius.
 *
 * @module
 */
import type { Tensor } from '../../engine/index.js';
import { fairCoinTest } from '../fair-coin-test.js';
import { requireAlpha } from './clopper-pearson.js';
import type { SmoothedClassifier } from './smoothed-classifier.js';

/**
 * The class of one image. Leaves nothing alive.
 *
 * @param image float32 [C, H, W] in [0, 1]
 * @param index the image's number in the data set's file, which owns its noise
 * @param options `samples`, noisy copies, at least 1; `alpha`, in (0, 1)
 * @returns null where it abstains
 * @throws SaddlepointError ARGUMENT for what is out of range; EVALUATION for answers that are no finite [N, K]
 */
export function predictSmoothed(
  classifier: SmoothedClassifier,
  image: Tensor,
  index: number,
  options: { readonly samples: number; readonly alpha: number },
): number | null {
  const { samples, alpha } = options;
  requireAlpha(alpha);
  return predictionOf(classifier.counts(image, index, samples, 'prediction'), alpha);
}

/** The most frequent class where it beats the next one by more than chance. @param counts [K] */
export function predictionOf(counts: readonly number[], alpha: number): number | null {
  const [most = 0, second = 0] = [...counts].sort((first, next) => next - first);
  return fairCoinTest(most, second) <= alpha ? counts.indexOf(most) : null;
}
