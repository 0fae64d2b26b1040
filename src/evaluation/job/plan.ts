/**
 * What an evaluation attacks with: one attack with restarts, or AutoAttack, as the same list of stages.
 *
 * @module
 */
import {
  ATTACKS,
  autoAttackStages,
  confidenceStages,
  attackOf,
  RANDOM_DRAWS,
  type Attack,
  type AttackDescription,
  type AttackRound,
  type AttackStage,
  type AutoAttackOptions,
  type AutoAttackVersion,
  type ConfidenceStagesOptions,
  type ThreatModelName,
} from '../../attacks/index.js';
import { RandomStream, requireInteger, SaddlepointError } from '../../engine/index.js';
import { requireLabelled } from '../require-labelled.js';

export interface AttackPlan {
  /** As results write it: `pgd`, `autoattack`. */
  readonly attack: string;
  /** As tables write it. */
  readonly label: string;
  readonly version?: AutoAttackVersion | undefined;
  readonly norm: ThreatModelName;
  readonly epsilon: number;
  /** For the results; of several stages, the most. */
  readonly steps: number;
  readonly restarts: number;
  /** By the majority of how many draws of a randomised network it counts. Default 1, for one that draws nothing. */
  readonly draws?: number | undefined;
  /** Where somebody chose one. */
  readonly stepSize?: number | undefined;
  readonly stages: readonly AttackStage[];
  /** All that decides what it computes, in one text: a saved state goes on only with the same. */
  readonly settings: string;
  /** What another thread makes the same stages from. */
  readonly source?: PlanSource | undefined;
}

/** A plan as plain data. */
export type PlanSource =
  | {
      readonly kind: 'single';
      readonly description: AttackDescription;
      readonly restarts: number;
      readonly classes: number;
    }
  | { readonly kind: 'autoattack'; readonly options: AutoAttackOptions }
  | { readonly kind: 'confidence'; readonly options: ConfidenceStagesOptions };

/**
 * @throws SaddlepointError ARGUMENT as {@link singleAttackPlan}, {@link autoAttackPlan} and {@link confidencePlan} do
 */
export function planFrom(source: PlanSource): AttackPlan {
  if (source.kind === 'autoattack') return autoAttackPlan(source.options);
  if (source.kind === 'confidence') return confidencePlan(source.options);
  return attackPlan(source.description, source.restarts, source.classes);
}

/**
 * One attack, as one stage whose rounds are the restarts.
 *
 * @param classes how many the network tells apart, which says how long it takes
 * @throws SaddlepointError ARGUMENT for values the attack refuses
 */
export function singleAttackPlan(description: AttackDescription, restarts: number, classes: number): AttackPlan {
  requireLabelled(attackOf(description));
  return attackPlan(description, restarts, classes);
}

/** As {@link singleAttackPlan}, also of an objective without a right class, whose value counts and no error. */
export function attackPlan(description: AttackDescription, restarts: number, classes: number): AttackPlan {
  requireInteger('restarts', restarts, 1);
  const attack = attackOf(description); // refuses what it refuses now
  requireOfExamples(attack);
  const { name, norm, epsilon, steps, stepSize } = description;
  const { label, blackBox = false, endsEarly, trial } = ATTACKS.get(name);
  const create = (few = steps) => attackOf({ ...description, steps: few, ...(few === steps ? {} : trial) });
  const stage: AttackStage = {
    name,
    rounds: Array.from({ length: restarts }, (_, restart): AttackRound => ({ restart, create })),
    steps,
    untilFooled: attack.untilFooled,
    endsEarly,
    blackBox,
    audited: false,
    notes: [],
  };
  const settings = JSON.stringify({ ...description, restarts });
  const source = { kind: 'single', description, restarts, classes } as const;
  const { draws } = attack;
  return { attack: name, label, norm, epsilon, steps, restarts, draws, stepSize, stages: [stage], settings, source };
}

/** @throws SaddlepointError ARGUMENT for an attack whose images depend on which are attacked together */
function requireOfExamples({ objective }: Attack): void {
  if (objective.ofBatch !== true) return;
  throw new SaddlepointError(
    'ARGUMENT',
    `expected an objective of single images for an evaluation, received ${objective.name}, which is of a whole ` +
      'batch and for training. Use cross-entropy',
  );
}

/** AutoAttack. @throws SaddlepointError ARGUMENT as {@link autoAttackStages} does */
export function autoAttackPlan(options: AutoAttackOptions): AttackPlan {
  const { version = 'standard', norm, epsilon, classes } = options;
  const stages = autoAttackStages(options);
  const restarts = Math.max(...stages.map(({ rounds }) => new Set(rounds.map(({ restart }) => restart)).size));
  const draws = version === 'rand' ? RANDOM_DRAWS : 1;
  // L1's attacks became the reference's: a state that the ones before began is not theirs to end.
  const revision = norm === 'l1' ? { revision: 2 } : {};
  const settings = JSON.stringify({ name: 'autoattack', version, norm, epsilon, classes, ...revision });
  const source = { kind: 'autoattack', options } as const;
  return {
    attack: 'autoattack',
    label: 'AutoAttack',
    version,
    norm,
    epsilon,
    steps: 100,
    restarts,
    draws,
    stages,
    settings,
    source,
  };
}

/** The maximum-confidence AutoAttack. @throws SaddlepointError ARGUMENT as {@link confidenceStages} does */
export function confidencePlan(options: ConfidenceStagesOptions): AttackPlan {
  const { norm, epsilon } = options;
  const stages = confidenceStages(options);
  const [first] = stages;
  const settings = JSON.stringify({ name: 'autoattack for confidence', ...options });
  const source = { kind: 'confidence', options } as const;
  const [steps, restarts] = [first!.steps, first!.rounds.length];
  return {
    attack: 'autoattack',
    label: 'AutoAttack',
    norm,
    epsilon,
    steps,
    restarts,
    draws: 1,
    stages,
    settings,
    source,
  };
}

/** The random numbers of one round; examples own theirs in it by their index. */
export function streamOf(plan: AttackPlan, seed: number, stage: AttackStage, round: AttackRound): RandomStream {
  const { restart, target } = round;
  const named = new RandomStream(seed, 'evaluation', stage.name, plan.norm, String(plan.epsilon));
  const restarted = named.derive('restart', restart);
  return target === undefined ? restarted : restarted.derive('target', target);
}
