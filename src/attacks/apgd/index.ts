/**
 * Auto-PGD.
 *
 * @module
 */
export { Apgd, apgdAttack, type ApgdOptions } from './apgd.js';
export { checkpoints } from './checkpoint-schedule.js';
