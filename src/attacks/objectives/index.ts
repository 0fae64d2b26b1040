/**
 * The objectives by the names recipes use. A new objective is one file and one line here.
 *
 * @module
 */
import { crossEntropyObjective } from './cross-entropy.js';
import type { Objective } from './objective.js';

export const OBJECTIVES = { 'cross-entropy': crossEntropyObjective } as const satisfies Readonly<
  Record<string, Objective>
>;

export type ObjectiveName = keyof typeof OBJECTIVES;
export type { Objective } from './objective.js';
export { crossEntropyObjective };
