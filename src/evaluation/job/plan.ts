/**
 * What an evaluation attacks with: one attack with restarts, or AutoAttack, as the same list of stages.
 *
 * @module
 */
import {
  autoAttackStages,
  createAttack,
  type AttackDescription,
  type AttackRound,
  type AttackStage,
  type AutoAttackOptions,
  type AutoAttackVersion,
  type NormName,
} from '../../attacks/index.js';
import { RandomStream, requireInteger } from '../../engine/index.js';

export interface AttackPlan {
  /** As results write it: `pgd`, `autoattack`. */
  readonly attack: string;
  readonly version?: AutoAttackVersion | undefined;
  readonly norm: NormName;
  readonly epsilon: number;
  /** For the results; of several stages, the most. */
  readonly steps: number;
  readonly restarts: number;
  readonly stages: readonly AttackStage[];
  /** All that decides what it computes, in one text: a saved state goes on only with the same. */
  readonly settings: string;
}

/**
 * One attack, as one stage whose rounds are the restarts.
 *
 * @throws SaddlepointError ARGUMENT for values the attack refuses
 */
export function singleAttackPlan(description: AttackDescription, restarts: number): AttackPlan {
  requireInteger('restarts', restarts, 1);
  createAttack(description); // refuses what it refuses now
  const { name, norm, epsilon, steps, backtrack } = description;
  const create = () => createAttack(description);
  const forward = name === 'square';
  const stage: AttackStage = {
    name,
    rounds: Array.from({ length: restarts }, (_, restart): AttackRound => ({ restart, create })),
    passes: { gradients: forward ? 0 : steps, forwards: forward || backtrack === true ? steps : 0 },
    audited: false,
    notes: [],
  };
  const settings = JSON.stringify({ ...description, restarts });
  return { attack: name, norm, epsilon, steps, restarts, stages: [stage], settings };
}

/** AutoAttack. @throws SaddlepointError ARGUMENT as {@link autoAttackStages} does */
export function autoAttackPlan(options: AutoAttackOptions): AttackPlan {
  const { version = 'standard', norm, epsilon, classes } = options;
  const stages = autoAttackStages(options);
  const restarts = version === 'plus' ? 5 : 1;
  const settings = JSON.stringify({ name: 'autoattack', version, norm, epsilon, classes });
  return { attack: 'autoattack', version, norm, epsilon, steps: 100, restarts, stages, settings };
}

/** The random numbers of one round; examples own theirs in it by their index. */
export function streamOf(plan: AttackPlan, seed: number, stage: AttackStage, round: AttackRound): RandomStream {
  const { restart, target } = round;
  const named = new RandomStream(seed, 'evaluation', stage.name, plan.norm, String(plan.epsilon));
  const restarted = named.derive('restart', restart);
  return target === undefined ? restarted : restarted.derive('target', target);
}
