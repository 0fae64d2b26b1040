/**
 * Saddlepoint: adversarially robust image classifiers on LibTorch.
 *
 * @module
 */
// Our declarations speak of Node's types, which TypeScript 6 no longer looks for by itself.
/// <reference types="node" preserve="true" />
export * from './attacks/index.js';
export * from './data/index.js';
export * from './engine/index.js';
export * from './evaluation/index.js';
export * from './models/index.js';
export * from './monitoring/index.js';
export * as nn from './nn/index.js';
export * from './optim/index.js';
export * from './report/index.js';
export * from './training/index.js';
export * from './workflow/index.js';
// Of anybody's weights, too: in place of the checkpoints' own.
export { loadModel } from './workflow/index.js';
