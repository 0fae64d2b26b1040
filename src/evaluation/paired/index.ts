/**
 * Paired tests between two evaluations on the same images: needs no engine.
 *
 * @module
 */
export { pairedBootstrapInterval } from './bootstrap.js';
export { mcnemarExact } from './mcnemar.js';
export { countPairs, OUTCOMES, outcomesOf, type PairedCounts } from './outcomes.js';
export {
  pairableAttack,
  pairableClean,
  pairedTest,
  pairingProblem,
  type PairableRate,
  type PairedTest,
} from './paired-test.js';
