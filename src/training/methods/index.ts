/**
 * The training methods by the names recipes use. A new method is one file and one line here.
 *
 * @module
 */
import { Registry } from '../../engine/index.js';
import { alp } from './alp.js';
import { ccat } from './ccat.js';
import { crownIbp } from './crown-ibp.js';
import { gat } from './gat.js';
import { ibp } from './ibp.js';
import { madry } from './madry.js';
import { mart } from './mart.js';
import type { MethodDefinition } from './method.js';
import { score } from './score.js';
import { standard } from './standard.js';
import { trades } from './trades.js';

const OWN = {
  standard,
  adversarial: madry,
  trades,
  mart,
  alp,
  score,
  gat,
  ccat,
  ibp,
  'crown-ibp': crownIbp,
} as const satisfies Readonly<Record<string, MethodDefinition>>;

/** `METHODS.add` adds one from outside. */
export const METHODS = new Registry<MethodDefinition>('a training method', OWN, ['attacks', 'options', 'create']);

/** Of a method from outside, any other name. */
export type MethodName = keyof typeof OWN | (string & {});
export {
  defineMethod,
  type LossInputs,
  type MethodDefinition,
  type TrainingLoss,
  type TrainingMethod,
} from './method.js';
export { madry, standard };
