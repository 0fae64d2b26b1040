/**
 * Paired tests between runs, for tables and pages: needs no engine.
 *
 * @module
 */
export { PAIRED_COLUMNS, PAIRED_EXPLANATION, pairCells, pairSentence } from './describe-pair.js';
export { pairResults, type PairedMeasure, type PairedResults } from './pair-results.js';
export { pairedSection } from './paired-section.js';
