/**
 * Which backend the training pass takes on this machine: the fastest of a few, by a short measurement.
 *
 * @module
 */
import { backward, RandomStream, type Device } from '../../engine/index.js';
import type { Batch } from '../../data/index.js';
import { classificationLoss, seedDropout, type Module } from '../../nn/index.js';
import { chooseFastest, type Rates, type Way } from './fastest.js';
import { forwardToTrain, type TrainingBackend } from './training-pass.js';

export interface TrainingLook {
  readonly backends: readonly TrainingBackend[];
  /** The first so many training images; they belong to the caller's scope. */
  readonly take: (images: number) => Batch;
  /** Of a batch. */
  readonly images: number;
  readonly device: Device;
  /** Told each backend before it is tried. */
  readonly begin?: ((name: TrainingBackend) => void) | undefined;
}

/**
 * Times forward and backward in training mode; gradients gather and running statistics move, so the model is a
 * throw-away.
 */
export function chooseTrainingBackend(
  model: Module,
  { backends, take, images, device, begin }: TrainingLook,
): { name: TrainingBackend; passesPerSecond: Rates } {
  const way =
    (backend: TrainingBackend): Way =>
    (number) => {
      const batch = take(number);
      return () => {
        seedDropout(model, new RandomStream('plan'), batch.indices);
        const loss = classificationLoss(forwardToTrain(model, batch.images, backend), batch.labels);
        backward(loss);
        loss.item(); // waits for the device
      };
    };
  const ways = Object.fromEntries(backends.map((backend) => [backend, way(backend)]));
  const reduced = (name: TrainingBackend) => name === 'bfloat16';
  return chooseFastest(ways as Record<TrainingBackend, Way>, { images, device, begin, reduced });
}
