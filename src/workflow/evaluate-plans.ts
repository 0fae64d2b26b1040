/**
 * Which attacks `saddlepoint evaluate` runs, from its options and the run's recipe.
 *
 * @module
 */
import {
  ATTACKS,
  AUTOATTACK_VERSIONS,
  isTransformation,
  isUnionName,
  normsOf,
  THREAT_MODELS,
  type AutoAttackVersion,
} from '../attacks/index.js';
import { requireKnown, SaddlepointError } from '../engine/index.js';
import { autoAttackPlan, singleAttackPlan, type AttackPlan } from '../evaluation/index.js';
import { checkEvaluation, type Recipe } from '../training/index.js';
import { readSettings } from './read-settings.js';

export interface PlanOptions {
  readonly attack: readonly string[];
  readonly version: string;
  readonly order?: string | undefined;
  readonly norm?: string | undefined;
  readonly epsilon?: number | undefined;
  readonly steps?: number | undefined;
  readonly stepSize?: number | undefined;
  readonly restarts?: number | undefined;
  /** Options that the attack has besides, `key=value` as a recipe has them. */
  readonly attackOption?: readonly string[] | undefined;
}

/** Refuses misspelt names before anything is loaded. @throws SaddlepointError ARGUMENT with the nearest known one */
export function checkNames({ attack, version, norm }: PlanOptions): void {
  for (const name of attack) requireKnown('an attack', name, ['autoattack', ...ATTACKS.names]);
  requireKnown('an AutoAttack version', version, AUTOATTACK_VERSIONS);
  if (norm !== undefined) THREAT_MODELS.get(norm);
}

/** Refuses what an attack would ignore. @throws SaddlepointError ARGUMENT naming the option */
function checkEffect(options: PlanOptions): void {
  const { attack, version, order, steps, stepSize, restarts, attackOption = [] } = options;
  const own = {
    '--steps': steps,
    '--step-size': stepSize,
    '--restarts': restarts,
    '--attack-option': attackOption[0],
  };
  const given = Object.entries(own).find(([, value]) => value !== undefined)?.[0];
  if (attack.includes('autoattack')) {
    if (given === undefined) return;
    const beside = attack.some((name) => name !== 'autoattack')
      ? '. Evaluate the other attacks by a command of their own'
      : '';
    throw new SaddlepointError(
      'ARGUMENT',
      `expected no ${given} with --attack autoattack, whose stages have fixed steps and restarts ` +
        `(--autoattack-version plus has more), received it${beside}`,
    );
  }
  const alone =
    version === 'standard' ? (order === 'sampled' ? '--order sampled' : undefined) : `--autoattack-version ${version}`;
  if (alone === undefined) return;
  throw new SaddlepointError('ARGUMENT', `expected ${alone} with --attack autoattack only, received it without`);
}

/** What the command line has options of its own for. */
const FLAGS: Readonly<Record<string, string>> = {
  name: '--attack',
  norm: '--norm',
  epsilon: '--epsilon',
  steps: '--steps',
  stepSize: '--step-size',
};

/** The values of `--attack-option`. @throws SaddlepointError ARGUMENT for one that has an option of its own */
function attackSettings(given: readonly string[]): Record<string, unknown> {
  const settings = readSettings(given, 'objective=margin');
  for (const key of Object.keys(settings)) {
    if (FLAGS[key] === undefined) continue;
    throw new SaddlepointError('ARGUMENT', `expected ${FLAGS[key]} in place of --attack-option ${key}, received that`);
  }
  return settings;
}

/**
 * What was asked for, the recipe's, or linf; of an attack that moves pixels, which has none of these, its first one.
 */
export function normOf({ norm, attack: [name, ...more] }: Pick<PlanOptions, 'norm' | 'attack'>, own = 'linf'): string {
  if (norm !== undefined) return norm;
  if (name === undefined || name === 'autoattack' || more.length > 0) return own;
  const [first, ...others] = normsOf(ATTACKS.get(name));
  if (first === undefined || [first, ...others].includes(own) || !isTransformation(THREAT_MODELS.get(first)))
    return own;
  return first;
}

/** The plans, in the order asked for; the recipe's attack where none is. */
export function plansOf(
  options: PlanOptions,
  recipe: Recipe | undefined,
  dataset: string,
  classes: number,
): AttackPlan[] {
  checkEffect(options);
  const own = recipe?.evaluation.attack;
  const norm = normOf(options, own?.norm);
  const union = isUnionName(norm);
  if (own !== undefined && norm !== own.norm && options.epsilon === undefined && !union) {
    throw new SaddlepointError(
      'ARGUMENT',
      `expected --epsilon with --norm ${norm}, received none; the recipe's ${own.epsilon} is a budget in ${own.norm}`,
    );
  }
  const epsilon = options.epsilon ?? (norm === own?.norm || !union ? own?.epsilon : 1);
  const settings = attackSettings(options.attackOption ?? []);
  const names = options.attack.length > 0 ? options.attack : [own?.name ?? 'pgd'];
  return names.map((name) => {
    if (name === 'autoattack') {
      if (epsilon === undefined) throw new SaddlepointError('ARGUMENT', 'expected --epsilon for autoattack');
      return autoAttackPlan({ version: options.version as AutoAttackVersion, norm, epsilon, classes });
    }
    const { stepSize, ...attack } = own?.name === name ? own : { name: name };
    // A step size tuned for one norm, budget and number of steps says nothing for another.
    const changed = norm !== own?.norm || options.epsilon !== undefined || options.steps !== undefined;
    const { evaluation } = checkEvaluation({
      dataset,
      evaluation: {
        restarts: options.restarts ?? recipe?.evaluation.restarts,
        attack: {
          ...attack,
          ...(changed || stepSize === undefined ? {} : { stepSize }),
          norm,
          epsilon,
          ...(options.steps === undefined ? {} : { steps: options.steps }),
          ...(options.stepSize === undefined ? {} : { stepSize: options.stepSize }),
          ...settings,
        },
      },
    });
    return singleAttackPlan(evaluation.attack, evaluation.restarts, classes);
  });
}
