/**
 * Attacks that look for the smallest adversarial perturbation.
 *
 * @module
 */
export { CarliniWagner, type CarliniWagnerOptions } from './carlini-wagner.js';
export type { Closest } from './closest.js';
export { Ddn, type DdnOptions } from './ddn.js';
export { DeepFool, type DeepFoolOptions } from './deepfool.js';
export { Fmn, type FmnOptions } from './fmn.js';
export { MinimumNormAttack, type MinimumNormOptions, type MinimumNormResult } from './minimum-norm.js';
