/**
 * Which form the training pass takes on this machine: the fastest of a few, by a short measurement.
 *
 * @module
 */
import { backward, RandomStream } from '../../engine/index.js';
import type { Batch } from '../../data/index.js';
import { classificationLoss, seedDropout, type Module } from '../../nn/index.js';
import { chooseFastest, type Rates } from './fastest.js';
import { forwardToTrain, type TrainingForm } from './training-pass.js';

/**
 * Times forward and backward in training mode; gradients gather and running statistics move, so the model is a
 * throw-away.
 *
 * @param begin told each form before it is tried
 */
export function chooseTrainingForm(
  model: Module,
  { images, labels, indices }: Batch,
  forms: readonly TrainingForm[],
  begin?: (name: TrainingForm) => void,
): { name: TrainingForm; passesPerSecond: Rates } {
  const pass = (form: TrainingForm) => () => {
    seedDropout(model, new RandomStream('plan'), indices);
    const loss = classificationLoss(forwardToTrain(model, images, form), labels);
    backward(loss);
    loss.item(); // waits for the device
  };
  const candidates = Object.fromEntries(forms.map((form) => [form, () => pass(form)]));
  return chooseFastest(candidates as Record<TrainingForm, () => () => void>, images.size(0), images.device, begin);
}
