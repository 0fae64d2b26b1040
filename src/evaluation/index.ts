/**
 * Clean and robust error, and what to show of it.
 *
 * @module
 */
export { cleanError, robustError, type EvaluationOptions, type RobustEvaluationOptions } from './evaluate.js';
export { firstOfEachClass, makeGallery, type GalleryOptions } from './gallery.js';
export { errorRate, wilsonInterval } from './interval.js';
export { encodePng } from './png.js';
export type { ErrorRate, EvaluationResult, Gallery, GalleryItem, RobustErrorRate } from './results.js';
