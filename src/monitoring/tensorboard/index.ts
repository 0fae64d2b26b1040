/**
 * TensorBoard event files, written without TensorFlow.
 *
 * @module
 */
export { EventFile, type EventFileOptions } from './event-file.js';
export { LatestImages, type LatestImage } from './latest-images.js';
export { type Histogram, histogramOf } from './histogram.js';
export { TensorBoardMonitor } from './tensorboard-monitor.js';
