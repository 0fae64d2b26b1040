/**
 * Attacks and the parts they are built from.
 *
 * @module
 */
export { Apgd, checkpoints, type ApgdOptions } from './apgd/index.js';
export { Attack, better, betterUntilFooled, type AttackResult, type SearchResult } from './attack.js';
export {
  AUTOATTACK_VERSIONS,
  autoAttackStages,
  confidenceStages,
  RANDOM_DRAWS,
  type AttackRound,
  type AttackStage,
  type AutoAttackOptions,
  type AutoAttackVersion,
  type ConfidenceStagesOptions,
} from './autoattack/index.js';
export { HopSkipJump, RayS, type HopSkipJumpOptions } from './decision-based/index.js';
export { formatBudget, parseBudget } from './budget.js';
export {
  ATTACKS,
  attackSchema,
  attackOf,
  normsOf,
  type AttackDescription,
  type AttackName,
  type InitializationDescription,
} from './registry.js';
export { budgetSchema, defineAttack, OPTIONS, type AttackDefinition, type CreateOptions } from './definition.js';
export { Fab, HYPERPLANE_NORMS, stepOntoHyperplane, type FabOptions } from './fab/index.js';
export { basicIterative, fastGradientSign } from './fgsm.js';
export {
  choice,
  INITIALIZATIONS,
  inSequence,
  type Initialization,
  type InitializationName,
} from './initializations/index.js';
export { MiFgsm, type MiFgsmOptions } from './mi-fgsm/index.js';
export {
  CarliniWagner,
  Ddn,
  DeepFool,
  Fmn,
  MinimumNormAttack,
  type CarliniWagnerOptions,
  type DdnOptions,
  type DeepFoolOptions,
  type FmnOptions,
  type MinimumNormOptions,
  type MinimumNormResult,
} from './minimum-norm/index.js';
export {
  l0,
  l0With,
  l1,
  l1With,
  l2,
  linf,
  NORMS,
  projectOntoL1Ball,
  projectOntoL1BallAndBox,
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
  targetedMarginObjective,
  wrongLogitObjective,
  type Objective,
  type ObjectiveName,
} from './objectives/index.js';
export { MultiSteepestDescent, type MultiSteepestDescentOptions } from './multi-steepest-descent.js';
export { Pgd, type PgdOptions } from './pgd.js';
export { SmoothPgd, type SmoothPgdOptions } from './smooth-pgd.js';
export { ball, box, sequence, type Projection } from './projections.js';
export { withRestarts, type Restartable } from './restarts.js';
export { MOMENTA, type MomentumKind } from './search/momentum.js';
export { GRADIENTS, type GradientName } from './search/step.js';
export { Square, windowShare, type SquareOptions } from './square/index.js';
export {
  fixedTargets,
  leastLikely,
  randomTarget,
  rankedTarget,
  TARGETS,
  type TargetChoice,
  type TargetName,
} from './targets.js';
export { AttackContext, type AttackContextOptions, type Observation, type Penalty } from './attack-context.js';
export type { AttackRandomness } from './attack-randomness.js';
export {
  affine,
  drawParameters,
  flow,
  frame,
  isTransformation,
  patch,
  rotationTranslation,
  isUnionName,
  THREAT_MODELS,
  unconstrained,
  UNION_EXAMPLE,
  unionOf,
  type Draw,
  type ThreatModel,
  type ThreatModelName,
  type Transformation,
  type Union,
  type UnionMember,
} from './threat-models/index.js';
export { TransformationAttack, type TransformationOptions } from './transformations/index.js';
export * from './shorthand.js';
