/**
 * What randomised smoothing says of images, as results keep it.
 *
 * @module
 */
import type { DataProvenance } from '../provenance/provenance.js';

/** What CERTIFY says of one image. */
export interface Certificate {
  /** The class of the smoothed classifier in the whole ball; null where it abstains. */
  readonly answer: number | null;
  /** In L2, for images in [0, 1]: within it the answer does not change. 0 where it abstains. */
  readonly radius: number;
  /** Of the estimation samples, those with the class that the selection samples chose. */
  readonly agreeing: number;
}

/** A certificate, of which image. */
export interface ImageCertificate extends Certificate {
  /** Its number in the data set's file. */
  readonly index: number;
  readonly label: number;
}

/** The settings that decide what is certified. */
export interface SmoothingSettings {
  /** Standard deviation of the noise, for images in [0, 1]. */
  readonly sigma: number;
  /** Noisy copies that choose the class: the paper's n₀. */
  readonly selectionSamples: number;
  /** Noisy copies that bound its probability: the paper's n. */
  readonly samples: number;
  /** A certificate is wrong with at most this probability. */
  readonly alpha: number;
}

/** Of how many images the smoothed classifier is right in the whole ball of a radius. */
export interface CertifiedAccuracy {
  readonly radius: number;
  readonly correct: number;
  /** A fraction of all images, and its 95 % interval. */
  readonly accuracy: number;
  readonly interval: readonly [number, number];
}

export interface SmoothingResult extends SmoothingSettings {
  /** Of the noise. */
  readonly seed: number;
  readonly examples: number;
  /** Which images. */
  readonly data: DataProvenance;
  /** At radius 0, where an abstention counts as wrong, and at growing radii until no image is left. */
  readonly curve: readonly CertifiedAccuracy[];
  /** The average certified radius (Zhai et al., MACER, ICLR 2020): wrong answers and abstentions count as 0. */
  readonly averageRadius: number;
  /** How many images it abstained from. */
  readonly abstentions: number;
  /** One an image, in order. */
  readonly certificates: readonly ImageCertificate[];
  readonly seconds: number;
}
