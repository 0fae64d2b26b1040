/**
 * The Square attack.
 *
 * @module
 */
export { Square, square, type SquareOptions } from './square.js';
export { oddWindowSide, windowShare, windowSide } from './schedule.js';
