/**
 * Which backend the training pass takes on this machine: the fastest of a few, by a short measurement.
 *
 * @module
 */
import { backward, RandomStream } from '../../engine/index.js';
import type { Batch } from '../../data/index.js';
import { classificationLoss, seedDropout, type Module } from '../../nn/index.js';
import { chooseFastest, type Rates } from './fastest.js';
import { forwardToTrain, type TrainingBackend } from './training-pass.js';

/**
 * Times forward and backward in training mode; gradients gather and running statistics move, so the model is a
 * throw-away.
 *
 * @param begin told each backend before it is tried
 */
export function chooseTrainingBackend(
  model: Module,
  { images, labels, indices }: Batch,
  backends: readonly TrainingBackend[],
  begin?: (name: TrainingBackend) => void,
): { name: TrainingBackend; passesPerSecond: Rates } {
  const pass = (backend: TrainingBackend) => () => {
    seedDropout(model, new RandomStream('plan'), indices);
    const loss = classificationLoss(forwardToTrain(model, images, backend), labels);
    backward(loss);
    loss.item(); // waits for the device
  };
  const candidates = Object.fromEntries(backends.map((backend) => [backend, () => pass(backend)]));
  return chooseFastest(candidates as Record<TrainingBackend, () => () => void>, images.size(0), images.device, begin);
}
