/**
 * The loss of a training step, before anything is changed by it.
 *
 * @module
 */
import { describeValue, SaddlepointError, Tensor } from '../engine/index.js';
import type { Schedule } from '../optim/index.js';
import type { TrainingLoss } from './methods/index.js';

/** @throws SaddlepointError ARGUMENT for what is none, which methods from outside may return */
export function requireLoss(said: TrainingLoss): TrainingLoss {
  const loss: unknown = (said as Partial<TrainingLoss> | undefined)?.loss;
  if (loss instanceof Tensor && loss.numel() === 1 && loss.requiresGrad) return said;
  const received =
    loss instanceof Tensor ? `${String(loss)}${loss.requiresGrad ? '' : ' without gradient'}` : describeValue(said);
  throw new SaddlepointError(
    'ARGUMENT',
    'expected the training method to return { loss } with a single number that has a gradient to the weights, ' +
      `received ${received}`,
  );
}

/** @throws SaddlepointError NUMERIC for one that is infinite or not a number */
export function requireFiniteLoss(loss: Tensor, step: number, schedule: Schedule): void {
  const value = loss.item();
  if (Number.isFinite(value)) return;
  throw new SaddlepointError(
    'NUMERIC',
    `the loss became ${value} at step ${step}; lower the learning rate (now ${schedule(step)})`,
  );
}
