/**
 * Black-box attacks that see no more of the network than its decisions.
 *
 * @module
 */
export { HopSkipJump, hopSkipJumpAttack, type HopSkipJumpOptions } from './hop-skip-jump.js';
export { RayS, raysAttack } from './rays.js';
