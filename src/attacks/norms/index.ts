/**
 * The norms by the names recipes use. A new norm is one file and one line here.
 *
 * @module
 */
import { linf } from './linf.js';
import type { Norm } from './norm.js';

export const NORMS = { linf } as const satisfies Readonly<Record<string, Norm>>;

export type NormName = keyof typeof NORMS;
export type { Norm } from './norm.js';
export { linf };
