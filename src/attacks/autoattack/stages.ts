/**
 * AutoAttack as a list of stages (Croce and Hein, "Reliable Evaluation of Adversarial Robustness with an Ensemble of
 * Diverse Parameter-free Attacks", ICML 2020, section 5; for L1 "Mind the Box", ICML 2021, section 5): each attacks
 * what the ones before it left robust, and an example counts as fooled when any of them fools it.
 *
 * Deviation: where a network has too few classes for nine targets or for a difference of logits ratio, as many targets
 * as there are wrong classes and a margin take their place, and the stage's notes say so.
 *
 * In L1 `standard` has the restarts, targets and larger balls of the second paper; `plus` and `rand` are those of the
 * other norms, as in the authors' implementation.
 *
 * `standard` gives the number that everyone reports: as in the authors' implementation, FAB ends without its paper's
 * final search, although that finds more where gradients are masked. `plus` has it.
 *
 * @module
 */
import { requireInteger, requireKnown } from '../../engine/index.js';
import { Apgd } from '../apgd/index.js';
import type { Attack } from '../attack.js';
import { Fab } from '../fab/index.js';
import { NORMS, type Norm, type NormName } from '../norms/index.js';
import { isUnionName, unionOf, type ThreatModelName } from '../threat-models/index.js';
import {
  crossEntropyObjective,
  dlrObjective,
  marginObjective,
  targetedDlrObjective,
  targetedMarginObjective,
  type Objective,
} from '../objectives/index.js';
import { Square } from '../square/index.js';
import { rankedTarget } from '../targets.js';

export const AUTOATTACK_VERSIONS = ['standard', 'plus', 'rand'] as const;
export type AutoAttackVersion = (typeof AUTOATTACK_VERSIONS)[number];

/** One run of one attack, with random numbers of its own. */
export interface AttackRound {
  readonly restart: number;
  /** Rank of the target class, 1 for the most likely wrong one; none for an untargeted attack. */
  readonly target?: number | undefined;
  /** @param steps of another number than the stage's, for a forecast: what they take is a share of what all take */
  readonly create: (steps?: number) => Attack;
}

export interface AttackStage {
  /** e.g. `apgd-t`; no two stages of a list have the same. */
  readonly name: string;
  readonly rounds: readonly AttackRound[];
  /** Steps of one round, or queries. */
  readonly steps: number;
  /** Whether an example that is fooled leaves a round at once. */
  readonly untilFooled: boolean;
  /** Whether a batch ends before its steps once every example has what it wanted. */
  readonly endsEarly?: boolean | undefined;
  /** Whether it sees logits alone. */
  readonly blackBox: boolean;
  /**
   * Whether the sampled order tries it on a sample first: expensive, and in published logs it changes next to nothing.
   */
  readonly audited: boolean;
  /** What differs from the paper here. */
  readonly notes: readonly string[];
}

/** What AutoAttack is defined for. */
export const AUTOATTACK_NORMS = ['linf', 'l2', 'l1'] as const satisfies readonly NormName[];

export interface AutoAttackOptions {
  /** Default: standard. */
  readonly version?: AutoAttackVersion | undefined;
  /** linf, l2 or l1, or a union of them. */
  readonly norm: ThreatModelName;
  readonly epsilon: number;
  /** How many classes the network tells apart. */
  readonly classes: number;
}

/** Those of the paper. */
const [STEPS, QUERIES, TARGETS, PLUS_RESTARTS] = [100, 5000, 9, 5];
const WHITE_BOX = { steps: STEPS, untilFooled: true, blackBox: false } as const;
/** Those of "Mind the box" for `standard` in L1: restarts of APGD and its targets. */
const [L1_RESTARTS, L1_TARGETS] = [5, 5];
/** Passes of a randomised network that `rand` averages, and by whose majority an example counts as fooled. */
export const RANDOM_DRAWS = 20;

/**
 * The stages of an AutoAttack, in the paper's order.
 *
 * @throws SaddlepointError ARGUMENT for an unknown version or norm (with the nearest known one), a budget the norm
 *   refuses, or fewer than two classes
 */
export function autoAttackStages(options: AutoAttackOptions): AttackStage[] {
  const version = requireKnown('an AutoAttack version', options.version ?? 'standard', AUTOATTACK_VERSIONS);
  if (isUnionName(options.norm)) return unionStages(options);
  const norm = requireKnown('a norm for AutoAttack', options.norm, AUTOATTACK_NORMS);
  const classes = requireInteger('the number of classes', options.classes, 2);
  const setting: Setting = { norm: NORMS[norm], epsilon: options.epsilon, classes };
  const stages = VERSIONS[version](setting);
  // Whatever an attack would refuse is refused now.
  for (const { rounds } of stages) rounds[0]?.create();
  return stages;
}

/** Of a union, the stages of every member on what those before left robust; their names begin with the norm. */
function unionStages(options: AutoAttackOptions): AttackStage[] {
  return unionOf(options.norm).members.flatMap(({ norm, epsilon }) =>
    autoAttackStages({ ...options, norm: norm.name, epsilon: options.epsilon * epsilon }).map((stage) => ({
      ...stage,
      name: `${norm.name}-${stage.name}`,
      notes: stage.notes.map((note) => `${norm.name}-${note}`),
    })),
  );
}

interface Setting {
  readonly norm: Norm;
  readonly epsilon: number;
  readonly classes: number;
  /** Whether APGD begins in larger balls. */
  readonly largerEpsilon?: boolean;
}

const VERSIONS: Readonly<Record<AutoAttackVersion, (setting: Setting) => AttackStage[]>> = {
  standard: (setting) => [...standardApgd(setting), targetedFab(setting, false), square(setting)],
  plus: (setting) => [
    crossEntropyApgd(setting, PLUS_RESTARTS),
    dlrApgd(setting, PLUS_RESTARTS),
    fab(setting, PLUS_RESTARTS),
    square(setting),
    targetedApgd(setting),
    targetedFab(setting, true),
  ],
  rand: (setting) => [crossEntropyApgd(setting, 1, RANDOM_DRAWS), dlrApgd(setting, 1, RANDOM_DRAWS)],
};

/**
 * For L1 more restarts, fewer targets, and searches that begin in larger balls; `plus` and `rand` know none of this.
 */
function standardApgd(setting: Setting): AttackStage[] {
  if (setting.norm.name !== 'l1') return [crossEntropyApgd(setting), targetedApgd(setting)];
  const larger = { ...setting, largerEpsilon: true };
  return [crossEntropyApgd(larger, L1_RESTARTS), targetedApgd(larger, L1_TARGETS)];
}

function crossEntropyApgd(setting: Setting, restarts = 1, samples = 1): AttackStage {
  return untargeted('apgd-ce', setting, crossEntropyObjective, restarts, samples);
}

function dlrApgd(setting: Setting, restarts: number, samples = 1): AttackStage {
  const { objective, notes } = orMargin('apgd-dlr', dlrObjective, marginObjective, setting.classes);
  return { ...untargeted('apgd-dlr', setting, objective, restarts, samples), notes };
}

function untargeted(name: string, setting: Setting, objective: Objective, restarts: number, samples: number) {
  const create = (steps = STEPS) => new Apgd({ ...apgdSetting(setting, steps), objective, samples, name });
  const rounds = Array.from({ length: restarts }, (_, restart): AttackRound => ({ restart, create }));
  return { name, rounds, ...WHITE_BOX, audited: false, notes: [] };
}

function targetedApgd(setting: Setting, targets = TARGETS): AttackStage {
  const name = 'apgd-t';
  const { objective, notes } = orMargin(name, targetedDlrObjective, targetedMarginObjective, setting.classes);
  const rounds = targetRounds(targets, setting.classes, (target, steps) => {
    return new Apgd({
      ...apgdSetting(setting, steps),
      objective: { ...objective, targets: rankedTarget(target) },
      name,
    });
  });
  const allNotes = [...notes, ...targetNotes(name, targets, setting.classes)];
  return { name, rounds, ...WHITE_BOX, audited: false, notes: allNotes };
}

function apgdSetting({ norm, epsilon, largerEpsilon }: Setting, steps: number) {
  return { norm, epsilon, steps, untilFooled: true, largerEpsilon };
}

/** Restarts of FAB begin at what was found before, so that they are one round. */
function fab({ norm, epsilon }: Setting, restarts: number): AttackStage {
  const name = 'fab';
  const create = (steps = STEPS) => new Fab({ norm, epsilon, steps, restarts, untilFooled: true, name });
  return { name, rounds: [{ restart: 0, create }], ...WHITE_BOX, audited: true, notes: [] };
}

function targetedFab({ norm, epsilon, classes }: Setting, finalSearch: boolean): AttackStage {
  const name = 'fab-t';
  const rounds = targetRounds(TARGETS, classes, (target, steps) => {
    return new Fab({
      norm,
      epsilon,
      steps,
      targets: rankedTarget(target),
      untilFooled: true,
      finalSearch,
      name,
    });
  });
  return { name, rounds, ...WHITE_BOX, audited: true, notes: targetNotes(name, TARGETS, classes) };
}

function square({ norm, epsilon }: Setting): AttackStage {
  const name = 'square';
  // Few queries are a trial, of windows of all sizes.
  const create = (queries = QUERIES) =>
    new Square({ norm, epsilon, queries, untilFooled: true, name, rescaleSchedule: queries < QUERIES });
  const rounds = [{ restart: 0, create }];
  return { name, rounds, steps: QUERIES, untilFooled: true, blackBox: true, audited: true, notes: [] };
}

function targetRounds(most: number, classes: number, create: (target: number, steps: number) => Attack): AttackRound[] {
  const count = Math.min(most, classes - 1);
  return Array.from({ length: count }, (_, i) => {
    return { restart: 0, target: i + 1, create: (steps = STEPS) => create(i + 1, steps) };
  });
}

function targetNotes(stage: string, most: number, classes: number): string[] {
  if (classes > most) return [];
  const targets = classes === 2 ? '1 target class' : `${classes - 1} target classes`;
  return [`${stage}: ${targets}, since there are ${classes} classes; the paper has ${most}`];
}

/** The objective, or where there are too few classes for it the margin. */
function orMargin(stage: string, objective: Objective, margin: Objective, classes: number) {
  const { minimumClasses = 2, name } = objective;
  if (classes >= minimumClasses) return { objective, notes: [] };
  const note = `${stage}: ${margin.name} in place of ${name}, which needs ${minimumClasses} classes and not ${classes}`;
  return { objective: margin, notes: [note] };
}
