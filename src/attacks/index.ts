/**
 * Attacks and the parts they are built from.
 *
 * @module
 */
export { Attack, better, type AttackResult } from './attack.js';
export {
  ATTACKS,
  createAttack,
  type AttackDescription,
  type AttackName,
  type InitializationDescription,
} from './create-attack.js';
export { bim, fgsm } from './fgsm.js';
export {
  choice,
  INITIALIZATIONS,
  inSequence,
  type Initialization,
  type InitializationName,
} from './initializations/index.js';
export {
  l0,
  l0With,
  l1,
  l1With,
  l2,
  linf,
  NORMS,
  projectOntoL1Ball,
  type Draw,
  type Norm,
  type NormName,
} from './norms/index.js';
export {
  confidenceObjective,
  crossEntropyObjective,
  dlrObjective,
  marginObjective,
  OBJECTIVES,
  targetedCrossEntropyObjective,
  targetedDlrObjective,
  wrongLogitObjective,
  type Objective,
  type ObjectiveName,
} from './objectives/index.js';
export { Pgd, type PgdOptions } from './pgd.js';
export { ball, box, sequence, type Projection } from './projections.js';
export { withRestarts } from './restarts.js';
export { MOMENTA, type MomentumKind } from './search/momentum.js';
export { GRADIENTS, type GradientName } from './search/step.js';
export { fixedTargets, leastLikely, randomTarget, TARGETS, type TargetChoice, type TargetName } from './targets.js';
export { Victim, type AttackRandomness, type Observation, type Penalty } from './victim.js';
