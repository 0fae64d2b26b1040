/**
 * Recipes, training methods, the loop and its checkpoints.
 *
 * @module
 */
export { AttackPool } from './acceleration/attack-pool.js';
export { openBatchAttacker } from './acceleration/batch-attacker.js';
export {
  chooseAttackBackend,
  type AttackBackendChoice,
  type FrozenBackendName,
} from './acceleration/attack-backend.js';
export { DirectAttacker, type BatchAttacker, type PartAttack, type Position } from './acceleration/attack-part.js';
export type { PoolAttack } from './acceleration/pool-messages.js';
export {
  isOwnCheckpoint,
  loadCheckpoint,
  loadWeights,
  PROGRAMS_OWN,
  resumeFrom,
  saveCheckpoint,
  saveModel,
  stepOf,
  type LoadedModel,
  type CheckpointPosition,
} from './checkpoint.js';
export { recipeChange, sameSelection, savedRecipe, type RecipeChange, type SavedRecipe } from './recipe-change.js';
export { attackSchedule } from './attack-schedule.js';
export { createMethod } from './create-step.js';
export { generatedImagesOf, loadDatasetOf, recipeOfWeights } from './recipe-data.js';
export { loadNetwork, selectedCheckpoint } from './load-network.js';
export { readRecipe, recipeText } from './recipe-file.js';
export { readYaml } from './read-yaml.js';
export { inspect } from './recipe-problems.js';
export { checkEvaluation, checkRecipe, recipeJsonSchema, type Recipe } from './recipe.js';
export { measure, meanMetrics, type StepMetrics } from './step-metrics.js';
export { type WeightAverageOptions } from './weights/average-schema.js';
export { reestimateBatchNorm } from './weights/reestimate-batch-norm.js';
export { WeightAverage, type TrainingLength } from './weights/weight-average.js';
export { WeightPerturbation, type WeightPerturbationOptions } from './weights/weight-perturbation.js';
export { plannedSteps } from './time-plan.js';
export { trainRecipe, type TrainingRun } from './trainer.js';
export {
  defineMethod,
  madry,
  METHODS,
  standard,
  type LossInputs,
  type MethodContext,
  type MethodDefinition,
  type MethodName,
  type TrainingLoss,
  type TrainingMethod,
} from './methods/index.js';
export { TrainingStep, type StepView, type StepWatcher, type TrainingStepOptions } from './step.js';
