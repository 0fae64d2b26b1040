/** Everything of the library that these comparisons need, in one object. */
export * from '../../dist/attacks/index.js';
export * from '../../dist/data/index.js';
export * from '../../dist/engine/index.js';
export * from '../../dist/evaluation/index.js';
export * from '../../dist/models/index.js';
export * from '../../dist/monitoring/index.js';
export * as nn from '../../dist/nn/index.js';
export * from '../../dist/training/index.js';
export { loadModel } from '../../dist/workflow/index.js';
