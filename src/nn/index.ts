/**
 * Layers, losses and initialisations.
 *
 * @module
 */
export { BatchNorm2d, type BatchNorm2dOptions } from './batch-norm.js';
export { buildWithin, zeroWeights } from './building.js';
export { chain, Chain, Identity, Sequential } from './chain.js';
export {
  Conv2d,
  EndPaddedConv2d,
  fitsNativeKernels,
  fitsTiles,
  fitsWinograd,
  supportsNativeKernels,
  type Conv2dOptions,
  type ConvolutionForm,
} from './conv2d.js';
export { Dropout, Dropout2d, seedDropout } from './dropout.js';
export { evaluating } from './evaluating.js';
export { GroupNorm, type GroupNormOptions } from './group-norm.js';
export { initialize, isUntouched } from './initialize.js';
export {
  fans,
  kaimingNormal,
  ones,
  torchDefault,
  torchDefaultBias,
  uniform,
  zeros,
  type Initializer,
} from './initializers.js';
export { isExactly } from './is-exactly.js';
export { AveragePool2d, Clamp, Flatten, GlobalAveragePool, MaxPool2d, Normalize, ReLU, SiLU } from './layers.js';
export { Linear, type LinearOptions } from './linear.js';
export {
  binaryCrossEntropy,
  classificationLoss,
  classDistribution,
  classLogits,
  confidence,
  crossEntropy,
  klDivergence,
  largestClass,
  misclassified,
  predictions,
  squaredDistance,
  type CrossEntropyOptions,
  type Reduction,
} from './losses.js';
export { requireModule } from './require-module.js';
export { requireLogits } from './require-logits.js';
export { Module, Parameter, StateBuffer, type StateDict } from './module.js';
export { createNormalization, groupCount, NORMALIZATIONS, type Normalization } from './normalization.js';
