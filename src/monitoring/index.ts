/**
 * What a run says while it goes, and where it leaves it.
 *
 * @module
 */
export { describeConfiguration } from './describe-configuration.js';
export {
  backendInTodaysWords,
  inTodaysWords,
  orderInTodaysWords,
  planInTodaysWords,
  type Reworded,
} from './earlier-words.js';
export { describeHardware, describeEnvironment, packageVersion } from './environment.js';
export { fanOut } from './fan-out.js';
export { MemoryMonitor, type Recorded, type RecordedImage } from './memory-monitor.js';
export { MetricsFile } from './metrics-file.js';
export { MetricsMonitor, type MetricsMonitorOptions } from './metrics-monitor.js';
export { type Monitor, silentMonitor } from './monitor.js';
export { parseDuration } from './parse-duration.js';
export { describeSeconds } from './describe-seconds.js';
export { createProgress, silent, type Progress } from './progress.js';
export { duration, ProjectedTime } from './projected-time.js';
export { putEvaluationAside, removeRun, runFiles } from './run-files.js';
export { lockRun } from './run-lock.js';
export { runPath } from './run-path.js';
export { RunFolder, type MetricsRecord, type RunEnvironment } from './run-folder.js';
export { RunMonitor } from './run-monitor.js';
export { type EventFileOptions, TensorBoardMonitor } from './tensorboard/index.js';
