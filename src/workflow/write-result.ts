/**
 * Results as files.
 *
 * @module
 */
import { writeFileAtomically } from '../engine/index.js';
import type { EvaluationResult } from '../evaluation/index.js';

/** Writes a result, with the time, and returns it so. @throws SaddlepointError FILE when the file cannot be written */
export function writeResult(file: string, result: EvaluationResult): EvaluationResult {
  const dated = { ...result, of: result.of && { ...result.of, date: new Date().toISOString() } };
  writeFileAtomically(file, toJson(dated));
  return dated;
}

export function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
