/**
 * Bounds of a network's logits for all images of a box, which no attack can leave.
 *
 * @module
 */
export type { AffineMap } from './affine-map.js';
export { imageBox, type Box } from './box.js';
export { crownMargins, type CrownOptions } from './crown.js';
export { intervalBounds } from './interval.js';
export { certified, intervalMargins } from './margins.js';
export { defineBoundRule, monotone, type BoundRule, type Lines } from './rule.js';
export { BOUND_RULES } from './rules.js';
