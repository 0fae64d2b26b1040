/**
 * AutoAttack: which attacks, how often, in which order.
 *
 * @module
 */
export { confidenceStages, type ConfidenceStagesOptions } from './confidence-stages.js';
export {
  AUTOATTACK_VERSIONS,
  autoAttackStages,
  RANDOM_DRAWS,
  type AttackRound,
  type AttackStage,
  type AutoAttackOptions,
  type AutoAttackVersion,
} from './stages.js';
