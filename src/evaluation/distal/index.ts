/**
 * Distal adversarial examples: noise that a network is sure of, and whether its confidence gives it away.
 *
 * @module
 */
export { distalFigures, type DistalFigures } from './distal-evaluation.js';
export type { DistalAtTruePositiveRate, DistalResult } from './distal-result.js';
export { NOISES, noiseImages, type Noise } from './noise.js';
export { distalPlan, runDistal, type DistalOptions, type FinishedDistal } from './run-distal.js';
