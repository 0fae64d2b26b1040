/**
 * Errors on common corruptions in the terminal.
 *
 * @module
 */
import type { CorruptionResult } from '../../evaluation/corruptions/corruption-result.js';
import { corruptionRows, describeAboveClean, describeMean, meanText, severitiesOf } from '../corruption-rows.js';
import { plainSpaces } from '../format.js';
import { terminalTable, wrap } from './terminal-table.js';

/** A row a corruption, a column a severity, and the mean below. @param width columns that a line has at most */
export function corruptionTable(result: CorruptionResult, width: number): string {
  const percent = (error: number) => `${(100 * error).toFixed(1)} %`;
  const severities = Array.from({ length: severitiesOf(result) }, (_, i) => `severity ${i + 1}`);
  const rows = corruptionRows(result).map(({ name, standard, errors, mean }) => [
    standard ? name : `${name} (extra)`,
    ...errors.map(percent),
    percent(mean),
  ]);
  const { interval } = result;
  const bounds = interval === null ? '' : `  [${interval.map((end) => (100 * end).toFixed(1)).join(', ')}]`;
  const described = interval === null ? '' : `: ${describeMean(result)}; ${describeAboveClean(result)}`;
  const mean = `corruption error ${meanText(result)}${bounds}${described}`;
  return `${terminalTable(['corruption', ...severities, 'mean'], rows, width)}\n${wrap(plainSpaces(mean), width)}`;
}
