/**
 * The training methods by the names recipes use. A new method is one file and one line here.
 *
 * @module
 */
import { Registry } from '../../engine/index.js';
import { attackTraining, commonTraining } from '../common-training.js';
import { adr } from './adr.js';
import { alp } from './alp.js';
import { ccat } from './ccat.js';
import { crownIbp } from './crown-ibp.js';
import { free } from './free.js';
import { gat } from './gat.js';
import { gradAlign } from './grad-align.js';
import { hat } from './hat.js';
import { ibp } from './ibp.js';
import { madry } from './madry.js';
import { mart } from './mart.js';
import type { MethodDefinition } from './method.js';
import { nuat } from './nuat.js';
import { score } from './score.js';
import { smoothAdv } from './smooth-adv.js';
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
  nuat,
  hat,
  free,
  'grad-align': gradAlign,
  adr,
  ccat,
  'smooth-adv': smoothAdv,
  ibp,
  'crown-ibp': crownIbp,
} as const satisfies Readonly<Record<string, MethodDefinition>>;

/** `METHODS.add` adds one from outside. */
export const METHODS = new Registry<MethodDefinition>('a training method', OWN, {
  keys: { attacks: 'true or false', options: 'options', create: 'a function' },
  commonKeys: () => ['method', ...Object.keys(commonTraining), ...Object.keys(attackTraining())],
});

/** Of a method from outside, any other name. */
export type MethodName = keyof typeof OWN | (string & {});
export {
  defineMethod,
  type LossInputs,
  type MethodContext,
  type MethodDefinition,
  type TrainingLoss,
  type TrainingMethod,
} from './method.js';
export { madry, standard };
