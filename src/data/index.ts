/**
 * Data sets behind one small interface.
 *
 * @module
 */
export {
  augmentLabelled,
  AUGMENTATIONS,
  augmentationSchema,
  createAugmentation,
  defineAugmentation,
  defineMixing,
  mixingIn,
  type Augmentation,
  type AugmentationInput,
  type AugmentationDefinition,
  type AugmentationName,
  type AugmentationSettings,
  type Labelled,
  type Mix,
  type MixingDefinition,
} from './augmentation/index.js';
export {
  batches,
  count,
  datasetTo,
  disposeBatch,
  disposeSplit,
  gatherBatch,
  makeSplit,
  pick,
  slice,
  splitTo,
  type Batch,
  type BatchOptions,
  type Dataset,
  type Split,
} from './dataset.js';
export { packBatch, partOfBatch, unpackBatch, type PackedBatch } from './packed-batch.js';
export { requireDataset, requireSplit } from './require-split.js';
export { GeneratedImages } from './generated-images.js';
export { describeFolder, type FolderFacts } from './folder/index.js';
export { LARGEST_SIZE, RESIZES, type FolderOptions } from './folder/options.js';
export { stratifiedOrder } from './stratified-order.js';
export { imageTensor, type ImageSource, type Pixels } from './image-tensor.js';
export { readPictures } from './folder/decode.js';
export { decodePng } from './png/index.js';
export type { ImageFacts } from './source.js';
export type { FileCheck } from './official-files.js';
export {
  DATASETS,
  describeDataset,
  FOLDER_NAMES,
  listedDatasets,
  fetchDataset,
  loadDataset,
  verifyDataset,
  type DatasetName,
} from './registry.js';
export { datasetSchema } from './dataset-schema.js';
export {
  EXTRA_CORRUPTIONS,
  openCorruptionFolder,
  PUBLISHED_IMAGES,
  readCorruption,
  SEVERITIES,
  STANDARD_CORRUPTIONS,
  type CorruptionFolder,
} from './corruptions/index.js';
