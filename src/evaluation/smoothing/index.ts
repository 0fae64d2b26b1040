/**
 * Certified robustness in L2 by randomised smoothing.
 *
 * @module
 */
export type {
  Certificate,
  CertifiedAccuracy,
  ImageCertificate,
  SmoothingResult,
  SmoothingSettings,
} from './certificate.js';
export { runCertification, smoothingText, type CertificationJobOptions } from './certification-job.js';
export { certifiedAccuracy } from './certified-curve.js';
export { certificateOf, certifyImage, requireSmoothing, SMOOTHING_DEFAULTS } from './certify.js';
export { certify, type CertifyOptions } from './certify-split.js';
export { clopperPearsonLowerBound } from './clopper-pearson.js';
export { normalQuantile } from './normal-distribution.js';
export { predictionOf, predictSmoothed } from './predict.js';
export { SmoothedClassifier, type SmoothingNoise, type SmoothingPurpose } from './smoothed-classifier.js';
