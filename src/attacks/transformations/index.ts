/**
 * Attacks that move pixels.
 *
 * @module
 */
export { affineAttack } from './affine-attack.js';
export { flowAttack } from './flow-attack.js';
export { TransformationAttack, type TransformationOptions } from './transformation-attack.js';
