/**
 * Attacks that look for the smallest adversarial perturbation.
 *
 * @module
 */
export { CarliniWagner, cwAttack, type CarliniWagnerOptions } from './carlini-wagner.js';
export type { Closest } from './closest.js';
export { Ddn, ddnAttack, type DdnOptions } from './ddn.js';
export { DeepFool, deepfoolAttack, type DeepFoolOptions } from './deepfool.js';
export { Fmn, fmnAttack, type FmnOptions } from './fmn.js';
export { MinimumNormAttack, type MinimumNormOptions, type MinimumNormResult } from './minimum-norm.js';
