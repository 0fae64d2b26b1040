/** Everything of the library that these benchmarks need, in one object. */
export * from '../../dist/attacks/index.js';
export * from '../../dist/data/index.js';
export * from '../../dist/engine/index.js';
export * from '../../dist/models/index.js';
export * from '../../dist/optim/index.js';
export * from '../../dist/training/index.js';
export { backendOf } from '../../dist/training/acceleration/attack-backend.js';
