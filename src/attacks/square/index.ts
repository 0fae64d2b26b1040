/**
 * The Square attack.
 *
 * @module
 */
export { Square, squareAttack, type SquareOptions } from './square.js';
export { oddWindowSide, windowShare, windowSide } from './schedule.js';
