/**
 * Saddlepoint: adversarially robust image classifiers on LibTorch.
 *
 * What most programs need; each folder has more under its own name: `saddlepoint/attacks`, `/data`, `/engine`,
 * `/evaluation`, `/models`, `/monitoring`, `/nn`, `/optim`, `/report`, `/training`.
 *
 * @module
 */
// Our declarations speak of Node's types, which TypeScript 6 no longer looks for by itself.
/// <reference types="node" preserve="true" />
// The whole way, in a call each.
export {
  attackPictures,
  autoAttack,
  certifyBounds,
  compareRecipes,
  evaluateNetwork,
  exportProperties,
  exportHub,
  exportOnnx,
  exportRobustBench,
  exportRun,
  fetchNetwork,
  listZoo,
  exportWeb,
  loadModel,
  runRecipe,
  train,
  verifyImages,
  type AttackedPicture,
  type AttackPicturesOptions,
  type AutoAttackCall,
  type AutoAttackOutcome,
  type BoundsResult,
  type CertifiedNetwork,
  type CertifyBoundsOptions,
  type CompareOptions,
  type EvaluatedNetwork,
  type EvaluateOptions,
  type ExportedFile,
  type ExportedProperties,
  type ExportPropertiesOptions,
  type ExportRobustBenchOptions,
  type FetchedNetwork,
  type ExportWebOptions,
  type FinishedComparison,
  type FinishedRun,
  type LoadedNetwork,
  type LoadModelOptions,
  type RobustBenchEntry,
  type RunRecipeOptions,
  type TrainCall,
  type TrainedNetwork,
  type TrainOptions,
  type VerifiedImages,
  type VerifyImagesOptions,
  type ZooNetwork,
  type ZooOptions,
  type WebSite,
} from './workflow/index.js';
// Tensors and their lifetimes.
export {
  importModules,
  keep,
  memory,
  noGrad,
  RandomStream,
  runtime,
  SaddlepointError,
  Tensor,
  tensor,
  tidy,
  type Device,
  type DType,
  type ErrorCode,
} from './engine/index.js';
// Attacks, by name and by hand.
export * from './attacks/shorthand.js';
export {
  Attack,
  ATTACKS,
  defineAttack,
  THREAT_MODELS,
  type AttackDefinition,
  type AttackDescription,
  type AttackContextOptions,
  type AttackResult,
  type SearchResult,
  type ThreatModel,
  type AttackContext,
} from './attacks/index.js';
// Data, networks and training methods, and where a program's own go.
export {
  AUGMENTATIONS,
  DATASETS,
  defineAugmentation,
  fetchDataset,
  gatherBatch,
  imageTensor,
  loadDataset,
  makeSplit,
  type Batch,
  type Dataset,
  type ImageSource,
  type Split,
} from './data/index.js';
export {
  ARCHITECTURES,
  createModel,
  defineArchitecture,
  type Architecture,
  type ModelDescription,
} from './models/index.js';
export {
  checkRecipe,
  defineMethod,
  loadWeights,
  METHODS,
  readRecipe,
  recipeJsonSchema,
  saveModel,
  type LossInputs,
  type MethodDefinition,
  type Recipe,
  type TrainingMethod,
} from './training/index.js';
export { verify, type EvaluationResult } from './evaluation/index.js';
export { writeReport } from './report/index.js';
export { createProgress, RunFolder, type Progress } from './monitoring/index.js';
export * as nn from './nn/index.js';
// For the schemas of options: another major of zod than this one is another language.
export { z } from 'zod';
