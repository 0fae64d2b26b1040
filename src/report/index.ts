/**
 * Reports: one self-contained HTML file from the folders of one or more runs.
 *
 * @module
 */
export { type ReportOptions, writeReport } from './write-report.js';
