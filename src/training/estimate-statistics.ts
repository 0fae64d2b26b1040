/**
 * Batch norm's statistics of averaged weights from the training's own batches: the first of an epoch, in its order and
 * augmented as its steps saw them, so that a resumed run estimates the same.
 *
 * @module
 */
import { disposeBatch, type Batch } from '../data/index.js';
import type { Tensor } from '../engine/index.js';
import type { Module } from '../nn/index.js';
import type { TrainingStep } from './step.js';
import { isReestimated, USUAL_BATCHES, type WeightAverageOptions } from './weights/average-schema.js';
import { reestimateBatchNorm } from './weights/reestimate-batch-norm.js';

/**
 * Estimates them anew where the options ask for it. Leaves nothing alive.
 *
 * @param network the average
 * @param batches of the epoch; as many are taken as the options say, and disposed
 */
export function estimateStatistics(
  network: Module,
  options: WeightAverageOptions,
  training: Pick<TrainingStep, 'augmented'>,
  batches: Iterable<Batch>,
  epoch: number,
): void {
  if (isReestimated(options))
    reestimateBatchNorm(network, imagesOf(training, batches, options.batches ?? USUAL_BATCHES, epoch));
}

function* imagesOf(
  training: Pick<TrainingStep, 'augmented'>,
  batches: Iterable<Batch>,
  most: number,
  epoch: number,
): Generator<Tensor> {
  let left = most;
  for (const batch of batches) {
    const images = training.augmented(batch, epoch);
    try {
      yield images;
    } finally {
      images.dispose();
      disposeBatch(batch);
    }
    left -= 1;
    if (left === 0) return;
  }
}
