/**
 * The known word nearest to a misspelt one; lives in the engine, so that every layer can suggest.
 *
 * @module
 */
export { nearest } from '../engine/nearest.js';
