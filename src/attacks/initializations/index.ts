/**
 * The initializations by the names recipes use. A new one is one file and one line here.
 *
 * @module
 */
import type { Initialization } from './initialization.js';
import { uniform } from './uniform.js';
import { zero } from './zero.js';

export const INITIALIZATIONS = { uniform, zero } as const satisfies Readonly<Record<string, Initialization>>;

export type InitializationName = keyof typeof INITIALIZATIONS;
export type { Initialization } from './initialization.js';
export { uniform, zero };
