/**
 * The maximum-confidence AutoAttack: stages that seek confident errors, for classifiers that refuse below a confidence
 * (Stutz, Hein and Schiele, "Confidence-Calibrated Adversarial Training", ICML 2020, and the code behind the article,
 * where it is `standard-conf`): APGD on the largest wrong probability, APGD on each target's probability, Square on the
 * margin of probabilities.
 *
 * Deviations: every stage runs on every example and the most confident error is kept, so that the result is a worst
 * case; there a later stage overwrites an earlier one's, more confident or not. As many targets as there are wrong
 * classes where these are fewer than nine.
 *
 * @module
 */
import { requireInteger, requireKnown } from '../../engine/index.js';
import { Apgd } from '../apgd/index.js';
import { NORMS } from '../norms/index.js';
import { confidenceObjective, type Objective } from '../objectives/index.js';
import { largestWrong, logitOf, requireTargets } from '../objectives/shared.js';
import { Square } from '../square/index.js';
import { leastLikely, rankedTarget } from '../targets.js';
import type { ThreatModelName } from '../threat-models/index.js';
import { AUTOATTACK_NORMS, type AttackRound, type AttackStage } from './stages.js';

export interface ConfidenceStagesOptions {
  readonly norm: ThreatModelName;
  readonly epsilon: number;
  /** How many classes the network tells apart. */
  readonly classes: number;
  /** Of both APGD. Default 1000. */
  readonly steps?: number | undefined;
  /** Of the untargeted APGD. Default 10. */
  readonly restarts?: number | undefined;
  /** Default 5000. */
  readonly queries?: number | undefined;
}

/** The probability of a target class. */
const targetProbability: Objective = {
  name: 'targeted-confidence',
  targets: leastLikely,
  value: (logits, _, targets) => logitOf(logits.softmax(1), requireTargets('targeted-confidence', targets)),
};

/** The largest wrong probability minus the true one. */
const probabilityMargin: Objective = {
  name: 'confidence-margin',
  value: (logits, labels) => {
    const probabilities = logits.softmax(1);
    return largestWrong(probabilities, labels).sub(logitOf(probabilities, labels));
  },
};

/** The paper's number of targets. */
const TARGETS = 9;

/**
 * The stages; none leaves an example before its end. Each is meant for all examples, whose most confident error of all
 * rounds counts: the evaluation's `findConfidentErrors` does that.
 *
 * @throws SaddlepointError ARGUMENT for a budget the norm refuses, a norm an attack lacks, or fewer than two classes
 */
export function confidenceStages(options: ConfidenceStagesOptions): AttackStage[] {
  const { epsilon, steps = 1000, restarts = 10, queries = 5000 } = options;
  const norm = NORMS[requireKnown('a norm for AutoAttack', options.norm, AUTOATTACK_NORMS)];
  const classes = requireInteger('the number of classes', options.classes, 2);
  requireInteger('restarts', restarts, 1);
  const apgd = (name: string, objective: Objective, few = steps) =>
    new Apgd({ norm, epsilon, steps: few, objective, name });
  const untargeted = Array.from({ length: restarts }, (_, restart): AttackRound => {
    return { restart, create: (few) => apgd('apgd-conf', confidenceObjective, few) };
  });
  const targeted = Array.from({ length: Math.min(TARGETS, classes - 1) }, (_, i): AttackRound => {
    const objective = { ...targetProbability, targets: rankedTarget(i + 1) };
    return { restart: 0, target: i + 1, create: (few) => apgd('apgd-conf-t', objective, few) };
  });
  const square: AttackRound = {
    restart: 0,
    create: (few = queries) =>
      new Square({ norm, epsilon, queries: few, objective: probabilityMargin, name: 'square-conf' }),
  };
  const usual = { untilFooled: false, audited: false, notes: [] };
  const stages: AttackStage[] = [
    { name: 'apgd-conf', rounds: untargeted, steps, blackBox: false, ...usual },
    { name: 'apgd-conf-t', rounds: targeted, steps, blackBox: false, ...usual },
    { name: 'square-conf', rounds: [square], steps: queries, blackBox: true, ...usual },
  ];
  // Whatever an attack would refuse is refused now.
  for (const { rounds } of stages) rounds[0]?.create();
  return stages;
}
