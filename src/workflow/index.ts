/**
 * What the commands do, for programs.
 *
 * @module
 */
export { attackPictures, type AttackedPicture, type AttackPicturesOptions } from './attack-pictures.js';
export { autoAttack, type AutoAttackCall, type AutoAttackOutcome } from './auto-attack.js';
export {
  certifyBounds,
  type BoundsResult,
  type CertifiedNetwork,
  type CertifyBoundsOptions,
} from './certify-bounds.js';
export { certifyNetwork, type CertifyNetworkOptions } from './certify-network.js';
export { compareRecipes, type CompareOptions, type FinishedComparison } from './compare-recipes.js';
export { exportProperties, type ExportedProperties, type ExportPropertiesOptions } from './export-properties.js';
export { exportHub, type HubFolder } from './export-hub.js';
export { exportOnnx, type ExportOnnxOptions } from './export-onnx.js';
export {
  exportRobustBench,
  type ExportRobustBenchOptions,
  type RobustBenchEntry,
} from './robustbench/export-robustbench.js';
export { exportRun, type ExportedFile } from './export-run.js';
export { exportWeb, type ExportWebOptions, type WebSite } from './export-web.js';
export { loadModel, type LoadedNetwork, type LoadModelOptions } from './load-model.js';
export type { EvaluateOptions } from './evaluation-run.js';
export { evaluateNetwork, type EvaluatedNetwork } from './run-evaluation.js';
export { runRecipe, type FinishedRun, type RunRecipeOptions } from './run-recipe.js';
export { train, type TrainCall, type TrainedNetwork, type TrainOptions } from './train-network.js';
export { transferAttacks, type FinishedTransfer, type TransferAttackOptions } from './transfer-attacks.js';
export { fetchNetwork, listZoo, type FetchedNetwork, type ZooNetwork, type ZooOptions } from './zoo/index.js';
export { verifyImages, type VerifiedImages, type VerifyImagesOptions } from './verify-images.js';
