/**
 * Reports: one self-contained HTML file from the folders of one or more runs.
 *
 * @module
 */
import type { ReportOptions } from './write-report.js';

export type { ReportOptions };

/**
 * Reads the run folders, writes the report and returns its path.
 *
 * The charts' library loads when a first report is made: it takes its time, and it awaits at its top level, which
 * `require('saddlepoint')` could not follow.
 *
 * @throws SaddlepointError ARGUMENT for no run or two of one name, FILE for folders that hold no run
 */
export async function writeReport(options: ReportOptions): Promise<string> {
  const report = await import('./write-report.js');
  return report.writeReport(options);
}
