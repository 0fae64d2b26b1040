/**
 * Layers, losses and initialisations.
 *
 * @module
 */
export { BatchNorm2d, type BatchNorm2dOptions } from './batch-norm.js';
export { Conv2d, type Conv2dOptions } from './conv2d.js';
export {
  fans,
  initialize,
  kaimingNormal,
  ones,
  torchDefault,
  torchDefaultBias,
  uniform,
  zeros,
  type Initializer,
} from './initialize.js';
export { Clamp, Flatten, GlobalAveragePool, MaxPool2d, Normalize, ReLU, Sequential } from './layers.js';
export { Linear, type LinearOptions } from './linear.js';
export { binaryCrossEntropy, crossEntropy, misclassified, type CrossEntropyOptions, type Reduction } from './losses.js';
export { Module, Parameter, StateBuffer, type StateDict } from './module.js';
