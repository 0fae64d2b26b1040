/**
 * Clean and robust error, what keeps them honest, and what to show of them.
 *
 * @module
 */
export { combineEvaluations, ratesOf } from './combine.js';
export {
  AdversarialEvaluation,
  areaUnderCurve,
  CleanEvaluation,
  confidenceEvaluation,
  probabilitiesOf,
  rocCurve,
  TRUE_POSITIVE_RATES,
  type AtTruePositiveRate,
  type CleanEvaluationOptions,
  type ConfidenceEvaluationOptions,
  type ConfidenceHistogram,
  type ConfidenceResult,
  type Curve,
  type RocCurve,
} from './confidence/index.js';
export {
  BOUND_METHODS,
  certifiedError,
  type BoundMethod,
  type CertifiedErrorOptions,
  type CertifiedErrors,
} from './certified-error.js';
export type { BoundedAttack, BoundsResult } from './bounds-result.js';
export {
  corruptionSettings,
  requireSameImages,
  runCorruptions,
  summariseCorruptions,
  type CorruptionErrors,
  type CorruptionOptions,
  type CorruptionResult,
  type FinishedCorruptions,
} from './corruptions/index.js';
export {
  distalFigures,
  distalPlan,
  NOISES,
  noiseImages,
  runDistal,
  type DistalAtTruePositiveRate,
  type DistalFigures,
  type DistalOptions,
  type DistalResult,
  type FinishedDistal,
  type Noise,
} from './distal/index.js';
export { countErrors, withoutAttack } from './paired/outcomes.js';
export { cleanError, robustError, type EvaluationOptions, type RobustEvaluationOptions } from './evaluate.js';
export { readGivenImages, type GivenImages } from './given-images/index.js';
export { firstOfEachClass, makeGallery, type GalleryOptions } from './gallery.js';
export { classesOf, requireFit } from './network-fit.js';
export { errorRate, wilsonInterval } from './interval.js';
export {
  auditSample,
  autoAttackPlan,
  confidencePlan,
  EVALUATION_BACKENDS,
  EVALUATION_ORDERS,
  evaluationId,
  examplesWithin,
  forecastEvaluation,
  findConfidentErrors,
  identityOf,
  mostMissed,
  probeEvaluation,
  runEpsilonCurve,
  runEvaluationJob,
  selectExamples,
  shortName,
  unusualParts,
  singleAttackPlan,
  unfinishedEvaluations,
  mostWorkers,
  usualWorkers,
  type AttackPlan,
  type ConfidentErrorsOptions,
  type EpsilonCurveOptions,
  type EvaluationBackend,
  type EvaluationJobOptions,
  type EvaluationNaming,
  type EvaluationOrder,
  type FinishedCurve,
  type FinishedEvaluation,
  type FoundConfidentErrors,
  type JobEnd,
  type JobOptions,
  type Parallel,
  type Forecast,
  type Probe,
  type Selection,
} from './job/index.js';
export {
  maskingReport,
  mergeMasking,
  type Indicator,
  type MaskingMeasurement,
  type MaskingOptions,
  type MaskingReport,
  type Verdict,
} from './masking/index.js';
export {
  describeSource,
  hashArchitecture,
  hashExamples,
  hashModel,
  nameNetwork,
  networkKey,
  provenanceOf,
  type AttackProvenance,
  type DataProvenance,
  type NetworkProvenance,
  type NetworkSource,
  type Provenance,
} from './provenance/index.js';
export { robustErrorCurve } from './minimum-norm-curve.js';
export {
  countPairs,
  mcnemarExact,
  pairableAttack,
  pairableClean,
  pairedBootstrapInterval,
  pairedTest,
  pairingProblem,
  type PairableRate,
  type PairedCounts,
  type PairedTest,
} from './paired/index.js';
export { encodePng } from './png.js';
export {
  checkBeforeEvaluation,
  logitsOf,
  spread,
  classesWithout,
  CHECKS,
  type CheckName,
  type Finding,
  type PreflightOptions,
  type PreflightReport,
} from './preflight/index.js';
export type {
  AuditBound,
  ClassResult,
  ErrorRate,
  EvaluationResult,
  Gallery,
  GalleryItem,
  RobustErrorRate,
  StageResult,
} from './results.js';
export {
  certificateOf,
  certifiedAccuracy,
  certify,
  certifyImage,
  clopperPearsonLowerBound,
  predictionOf,
  predictSmoothed,
  requireSmoothing,
  runCertification,
  SmoothedClassifier,
  SMOOTHING_DEFAULTS,
  smoothingText,
  type Certificate,
  type CertificationJobOptions,
  type CertifiedAccuracy,
  type CertifyOptions,
  type ImageCertificate,
  type SmoothingNoise,
  type SmoothingPurpose,
  type SmoothingResult,
  type SmoothingSettings,
} from './smoothing/index.js';
export { transferMatrix, type TransferMatrix, type TransferNetwork, type TransferOptions } from './transfer/index.js';
export {
  DISTANCES,
  distanceIn,
  type Distance,
  roundWithin,
  verify,
  type AdversarialImages,
  type Verification,
  type VerifyOptions,
} from './verifier/index.js';
export { confidenceOf, distalOf, evaluationSchema, type EvaluationSettings } from './evaluation-schema.js';
