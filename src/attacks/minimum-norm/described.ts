/**
 * From the options a recipe or a command line gives every attack to those a minimum-norm attack has.
 *
 * @module
 */
import { SaddlepointError } from '../../engine/index.js';
import type { Norm } from '../norms/index.js';
import {
  crossEntropyObjective,
  marginObjective,
  targetedMarginObjective,
  type Objective,
} from '../objectives/index.js';
import type { TargetChoice } from '../targets.js';

/** What every description has, and whatever else it may have. */
export interface Described {
  readonly norm: Norm;
  readonly epsilon: number;
  readonly steps?: number | undefined;
  readonly objective?: Objective | undefined;
  readonly name?: string | undefined;
}

/** The options all of them have; an objective is checked apart. */
const COMMON = ['norm', 'epsilon', 'steps', 'objective', 'name'];

/**
 * The options of the attack of that name, without the objective, which is its own.
 *
 * @param also the further options it has
 * @throws SaddlepointError ARGUMENT when an option is given that the attack does not have, or an objective other than
 *   the margin (a recipe's default, cross-entropy, says nothing)
 */
export function described<Options extends Described, Key extends keyof Options & string = never>(
  name: string,
  options: Options,
  also: readonly Key[] = [],
): Pick<Options, 'norm' | 'epsilon' | 'steps' | 'name' | Key> {
  const { objective = marginObjective, ...rest } = options;
  const known = [...COMMON, ...also];
  const stray = Object.entries(rest).find(([key, value]) => value !== undefined && !known.includes(key));
  if (stray !== undefined) {
    throw new SaddlepointError(
      'ARGUMENT',
      `expected no ${stray[0]} for ${name}, which has no such option, received it. It has ${known.join(', ')}`,
    );
  }
  if (![crossEntropyObjective.name, marginObjective.name].includes(objective.name)) {
    throw new SaddlepointError('ARGUMENT', `expected no objective for ${name}, received ${objective.name}`);
  }
  // What is left is what was asked for: everything else was refused.
  return rest as unknown as Pick<Options, 'norm' | 'epsilon' | 'steps' | 'name' | Key>;
}

/** As {@link described} for an attack that can aim at a class, which the objective targeted-margin asks for. */
export function describedWithTargets<Options extends Described, Key extends keyof Options & string = never>(
  name: string,
  options: Options,
  also: readonly Key[] = [],
): Pick<Options, 'norm' | 'epsilon' | 'steps' | 'name' | Key> & { readonly targets?: TargetChoice | undefined } {
  const { objective } = options;
  if (objective?.name !== targetedMarginObjective.name) return described(name, options, also);
  return { ...described(name, { ...options, objective: marginObjective }, also), targets: objective.targets };
}
