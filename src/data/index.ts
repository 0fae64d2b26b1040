/**
 * Data sets behind one small interface.
 *
 * @module
 */
export {
  batches,
  count,
  disposeBatch,
  disposeSplit,
  gatherBatch,
  makeSplit,
  slice,
  splitTo,
  type Batch,
  type BatchOptions,
  type Dataset,
  type Split,
} from './dataset.js';
export { DATASET_NAMES, fetchDataset, loadDataset, type DatasetName } from './registry.js';
