/**
 * What a run says while it goes, and where it leaves it.
 *
 * @module
 */
export { describeEnvironment, packageVersion } from './environment.js';
export { MetricsFile } from './metrics-file.js';
export { createProgress, silent, type Progress } from './progress.js';
export { RunFolder, type MetricsRecord, type RunEnvironment } from './run-folder.js';
