/**
 * The initializations by the names recipes use. A new one is one file and one line here.
 *
 * @module
 */
import { corners } from './corners.js';
import { gaussian } from './gaussian.js';
import type { Initialization } from './initialization.js';
import { radial } from './radial.js';
import { sphere } from './sphere.js';
import { uniform } from './uniform.js';
import { zero } from './zero.js';

/** The starts of a search, by the names that recipes use. */
export const INITIALIZATIONS = { uniform, zero, radial, sphere, gaussian, corners } as const satisfies Readonly<
  Record<string, Initialization>
>;

export type InitializationName = keyof typeof INITIALIZATIONS;
export { choice } from './choice.js';
export type { Initialization } from './initialization.js';
export { inSequence } from './sequence.js';
export { corners, gaussian, radial, sphere, uniform, zero };
