/**
 * Auto-PGD.
 *
 * @module
 */
export { Apgd, type ApgdOptions } from './apgd.js';
export { checkpoints } from './checkpoint-schedule.js';
