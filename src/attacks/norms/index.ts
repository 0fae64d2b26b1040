/**
 * The norms by the names recipes use. A new norm is one file and one line here.
 *
 * @module
 */
import { l0 } from './l0.js';
import { l1 } from './l1.js';
import { l2 } from './l2.js';
import { linf } from './linf.js';
import type { Norm } from './norm.js';

export const NORMS = { linf, l2, l1, l0 } as const satisfies Readonly<Record<string, Norm>>;

export type NormName = keyof typeof NORMS;
export { l0With } from './l0.js';
export { perturbedWithinL1, projectOntoL1BallAndBox } from './l1-box-projection.js';
export { l1With, projectOntoL1Ball } from './l1.js';
export type { Norm } from './norm.js';
export { l0, l1, l2, linf };
