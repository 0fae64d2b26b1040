/**
 * Attacks made to transfer to other networks.
 *
 * @module
 */
export { diversify } from './input-diversity.js';
export { MiFgsm, miFgsmAttack, type MiFgsmOptions } from './mi-fgsm.js';
export { gaussianKernel } from './smooth-gradient.js';
