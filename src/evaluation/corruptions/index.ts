/**
 * The error of a network on common corruptions.
 *
 * @module
 */
export type { CorruptionErrors, CorruptionResult } from './corruption-result.js';
export {
  corruptionSettings,
  requireSameImages,
  runCorruptions,
  type CorruptionOptions,
  type FinishedCorruptions,
} from './run-corruptions.js';
export { summariseCorruptions, type MeasuredSeverity } from './summarise.js';
