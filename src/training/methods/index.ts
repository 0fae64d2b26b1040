/**
 * The training methods by the names recipes use. A new method is one file and one line here.
 *
 * @module
 */
import { madry } from './madry.js';
import type { MethodDefinition } from './method.js';
import { standard } from './standard.js';
import { trades } from './trades.js';

export const METHODS = {
  normal: standard,
  adversarial: madry,
  trades,
} as const satisfies Readonly<Record<string, MethodDefinition>>;

export type MethodName = keyof typeof METHODS;
export {
  defineMethod,
  type LossInputs,
  type MethodDefinition,
  type TrainingLoss,
  type TrainingMethod,
} from './method.js';
export { madry, standard };
