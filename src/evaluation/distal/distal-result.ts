/**
 * What is measured of distal adversarial examples, as results keep it.
 *
 * @module
 */
import type { Noise } from './noise.js';

/** At the threshold that keeps this share of the correct held-out images. */
export interface DistalAtTruePositiveRate {
  readonly tpr: number;
  readonly threshold: number;
  /** The share of the correct test images that it keeps. */
  readonly testTpr: number;
  /** The detection error: the share of attacked noise images that the network is at least so sure of. */
  readonly fpr: number;
  /** Of it, 95 %. */
  readonly interval: readonly [number, number];
  /** The same of the noise as it was before the attack. */
  readonly noiseFpr: number;
}

export interface DistalResult {
  readonly noise: Noise;
  /** What the attack changed the noise by at most. */
  readonly norm: string;
  readonly epsilon: number;
  readonly steps: number;
  readonly restarts: number;
  /** Noise images. */
  readonly examples: number;
  /** Clean images that thresholds are from, and other ones that the ROC has. */
  readonly validationExamples: number;
  readonly testExamples: number;
  /** How well confidence tells correct test images from attacked noise. */
  readonly rocAuc: number;
  /** Of the attacked noise. */
  readonly meanConfidence: number;
  readonly atTpr: readonly DistalAtTruePositiveRate[];
}
