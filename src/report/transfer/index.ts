/**
 * Transfer matrices: needs no engine.
 *
 * @module
 */
export { transferPage, transferText } from './render.js';
