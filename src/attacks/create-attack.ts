/**
 * Makes the attack that a recipe or a command line describes.
 *
 * @module
 */
import { describeValue, SaddlepointError } from '../engine/index.js';
import type { Attack } from './attack.js';
import { INITIALIZATIONS, type InitializationName } from './initializations/index.js';
import { NORMS, type NormName } from './norms/index.js';
import { OBJECTIVES, type ObjectiveName } from './objectives/index.js';
import { Pgd } from './pgd.js';

/** An attack in plain values. */
export interface AttackDescription {
  readonly name: 'pgd';
  readonly norm: NormName;
  readonly epsilon: number;
  readonly steps: number;
  readonly stepSize?: number | undefined;
  readonly initialization?: InitializationName | undefined;
  readonly objective?: ObjectiveName | undefined;
  readonly iterate?: 'best' | 'last' | undefined;
}

/** @throws SaddlepointError ARGUMENT for values the attack refuses. */
export function createAttack(description: AttackDescription): Attack {
  const {
    norm,
    initialization = 'uniform',
    objective = 'cross-entropy',
    epsilon,
    steps,
    stepSize,
    iterate,
  } = description;
  return new Pgd({
    norm: pick('norm', NORMS, norm),
    epsilon,
    steps,
    stepSize,
    iterate,
    initialization: pick('initialization', INITIALIZATIONS, initialization),
    objective: pick('objective', OBJECTIVES, objective),
  });
}

function pick<Part>(what: string, table: Readonly<Record<string, Part>>, name: string): Part {
  const part = Object.hasOwn(table, name) ? table[name] : undefined;
  if (part !== undefined) return part;
  const known = Object.keys(table).join(', ');
  throw new SaddlepointError('ARGUMENT', `expected ${what} to be one of ${known}, received ${describeValue(name)}`);
}
