/**
 * Makes the attack that a recipe or a command line describes.
 *
 * @module
 */
import { describeValue, SaddlepointError } from '../engine/index.js';
import { Apgd, type ApgdOptions } from './apgd/index.js';
import type { Attack } from './attack.js';
import { Fab } from './fab/index.js';
import { bim, fgsm } from './fgsm.js';
import {
  choice,
  INITIALIZATIONS,
  inSequence,
  type Initialization,
  type InitializationName,
} from './initializations/index.js';
import { described, describedWithTargets } from './minimum-norm/described.js';
import { CarliniWagner, Ddn, DeepFool, Fmn } from './minimum-norm/index.js';
import { NORMS, type Norm, type NormName } from './norms/index.js';
import { OBJECTIVES, type Objective, type ObjectiveName } from './objectives/index.js';
import { Pgd, type PgdOptions } from './pgd.js';
import { square } from './square/index.js';
import { TARGETS, type TargetName } from './targets.js';

/** What only the attacks of one kind have. */
const PGD_ONLY = [
  'stepSize',
  'iterate',
  'gradient',
  'momentum',
  'momentumKind',
  'backtrack',
  'stepDecay',
  'penalty',
] as const;
const APGD_ONLY = ['rho', 'samples', 'untilFooled', 'largerEpsilon'] as const;

/** The options of all attacks. */
export type AttackOptions = PgdOptions & Pick<ApgdOptions, (typeof APGD_ONLY)[number]>;

/** The attacks by the names recipes use. A new attack is one file and one line here. */
export const ATTACKS = {
  pgd: (options: AttackOptions): Attack => new Pgd(without(APGD_ONLY, options, 'pgd')),
  fgsm: (options: AttackOptions): Attack => fgsm(without(APGD_ONLY, options, 'fgsm')),
  bim: (options: AttackOptions): Attack => bim(without(APGD_ONLY, options, 'bim')),
  apgd: (options: AttackOptions): Attack => new Apgd(without(PGD_ONLY, options, 'apgd')),
  fab: (options: AttackOptions): Attack => new Fab(describedWithTargets('fab', options, ['untilFooled'])),
  deepfool: (options: AttackOptions): Attack => new DeepFool(described('deepfool', options)),
  cw: (options: AttackOptions): Attack => new CarliniWagner(described('cw', options, ['stepSize'])),
  ddn: (options: AttackOptions): Attack => new Ddn(described('ddn', options)),
  fmn: (options: AttackOptions): Attack => new Fmn(described('fmn', options, ['stepSize'])),
  square: (options: AttackOptions): Attack => square(described('square', options, ['untilFooled'])),
} as const;

export type AttackName = keyof typeof ATTACKS;

/** One initialization, one of several at random (an example at a time), or several added up. */
export type InitializationDescription =
  | InitializationName
  | { readonly choice: readonly InitializationName[] }
  | { readonly sequence: readonly InitializationName[] };

/** An attack in plain values; what they mean is at {@link PgdOptions} and {@link ApgdOptions}. */
export interface AttackDescription extends Pick<
  AttackOptions,
  'epsilon' | 'steps' | (typeof PGD_ONLY)[number] | (typeof APGD_ONLY)[number]
> {
  readonly name: AttackName;
  readonly norm: NormName;
  /** Share of the entries a step of an L1 or L0 attack moves. */
  readonly fraction?: number | undefined;
  readonly initialization?: InitializationDescription | undefined;
  readonly objective?: ObjectiveName | undefined;
  /** Of a targeted objective. Default: least-likely. */
  readonly target?: TargetName | undefined;
}

/** @throws SaddlepointError ARGUMENT for values the attack refuses. */
export function createAttack(description: AttackDescription): Attack {
  const { name, norm, fraction, initialization, objective = 'cross-entropy', target, ...rest } = description;
  return pick(
    'the attack',
    ATTACKS,
    name,
  )({
    ...rest,
    norm: normOf(norm, fraction),
    initialization: initialization === undefined ? undefined : initializationOf(initialization),
    objective: objectiveOf(objective, target),
  });
}

/** @throws SaddlepointError ARGUMENT when an option is given that the attack does not have */
function without<Options extends object>(unknown: readonly (keyof Options & string)[], options: Options, name: string) {
  const given = unknown.find((key) => options[key] !== undefined);
  if (given === undefined) return options;
  throw new SaddlepointError('ARGUMENT', `expected no ${given} for ${name}, which has no such option, received it`);
}

function normOf(name: NormName, fraction: number | undefined): Norm {
  const norm = pick<Norm>('norm', NORMS, name);
  if (fraction === undefined) return norm;
  if (norm.withFraction !== undefined) return norm.withFraction(fraction);
  throw new SaddlepointError('ARGUMENT', `expected a fraction for norm l1 or l0 only, received it for ${name}`);
}

function initializationOf(description: InitializationDescription): Initialization {
  const named = (name: InitializationName) => pick<Initialization>('initialization', INITIALIZATIONS, name);
  if (typeof description !== 'object') return named(description);
  return 'choice' in description ? choice(description.choice.map(named)) : inSequence(description.sequence.map(named));
}

function objectiveOf(name: ObjectiveName, target: TargetName | undefined): Objective {
  const objective = pick<Objective>('objective', OBJECTIVES, name);
  if (target === undefined) return objective;
  const targets = pick('target', TARGETS, target);
  if (objective.targets !== undefined) return { ...objective, targets };
  throw new SaddlepointError('ARGUMENT', `expected a target for a targeted objective only, received it for ${name}`);
}

function pick<Part>(what: string, table: Readonly<Record<string, Part>>, name: string): Part {
  const part = Object.hasOwn(table, name) ? table[name] : undefined;
  if (part !== undefined) return part;
  const known = Object.keys(table).join(', ');
  throw new SaddlepointError('ARGUMENT', `expected ${what} to be one of ${known}, received ${describeValue(name)}`);
}
