/**
 * One evaluated network, as the tables in the terminal take it.
 *
 * @module
 */
import type { EvaluationResult } from '../../evaluation/results.js';

export interface ResultRow {
  readonly training: string;
  readonly architecture: string;
  readonly result: EvaluationResult;
}
