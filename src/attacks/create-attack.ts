/**
 * Makes the attack that a recipe or a command line describes.
 *
 * @module
 */
import { describeValue, SaddlepointError } from '../engine/index.js';
import type { Attack } from './attack.js';
import { bim, fgsm } from './fgsm.js';
import {
  choice,
  INITIALIZATIONS,
  inSequence,
  type Initialization,
  type InitializationName,
} from './initializations/index.js';
import { NORMS, type Norm, type NormName } from './norms/index.js';
import { OBJECTIVES, type Objective, type ObjectiveName } from './objectives/index.js';
import { Pgd, type PgdOptions } from './pgd.js';
import { TARGETS, type TargetName } from './targets.js';

/** The attacks by the names recipes use. A new attack is one file and one line here. */
export const ATTACKS = {
  pgd: (options: PgdOptions): Attack => new Pgd(options),
  fgsm: (options: PgdOptions): Attack => fgsm(options),
  bim: (options: PgdOptions): Attack => bim(options),
} as const;

export type AttackName = keyof typeof ATTACKS;

/** One initialization, one of several at random (an example at a time), or several added up. */
export type InitializationDescription =
  | InitializationName
  | { readonly choice: readonly InitializationName[] }
  | { readonly sequence: readonly InitializationName[] };

/** An attack in plain values; what they mean is at {@link PgdOptions}. */
export interface AttackDescription extends Pick<
  PgdOptions,
  | 'epsilon'
  | 'steps'
  | 'stepSize'
  | 'iterate'
  | 'gradient'
  | 'momentum'
  | 'momentumKind'
  | 'backtrack'
  | 'stepDecay'
  | 'penalty'
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
