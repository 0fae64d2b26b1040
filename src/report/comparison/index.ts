/**
 * Comparisons of training methods over several seeds: needs no engine.
 *
 * @module
 */
export {
  compareRuns,
  spreadOf,
  type ComparedMethod,
  type ComparedPair,
  type ComparedRun,
  type Comparison,
  type Spread,
} from './comparison.js';
export { comparisonJson, comparisonPage, comparisonText, spreadText } from './render.js';
