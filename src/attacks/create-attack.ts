/**
 * Makes the attack that a recipe or a command line describes.
 *
 * @module
 */
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
  const { norm, initialization = 'uniform', objective = 'cross-entropy', epsilon, steps, stepSize, iterate } = description;
  return new Pgd({
    norm: NORMS[norm],
    epsilon,
    steps,
    stepSize,
    iterate,
    initialization: INITIALIZATIONS[initialization],
    objective: OBJECTIVES[objective],
  });
}
