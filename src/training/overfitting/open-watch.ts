/**
 * The watch of a recipe's training, as it computes on this machine.
 *
 * @module
 */
import type { Split } from '../../data/index.js';
import { backendOf } from '../acceleration/attack-backend.js';
import { machinePlan } from '../acceleration/machine-plan.js';
import type { StepParts } from '../create-step.js';
import { OverfittingWatch } from './overfitting-watch.js';

/** @param validation held-out images. Undefined where the recipe has no watch. */
export function openWatch(parts: StepParts, validation: Split): OverfittingWatch | undefined {
  const { recipe, folder, part, model, optimizer, average, steps } = parts;
  const { training, seed } = recipe;
  if (training.overfittingWatch === undefined) return undefined;
  const plan = machinePlan(recipe, folder, part);
  return new OverfittingWatch({
    state: { model, optimizer, average },
    training,
    options: training.overfittingWatch,
    validation,
    backend: backendOf(plan.attackBackend ?? 'plain'),
    seed,
    steps,
  });
}
