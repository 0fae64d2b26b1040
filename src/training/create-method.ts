/**
 * The training method of a recipe, as it computes on this machine.
 *
 * @module
 */
import { createAugmentation, type Split } from '../data/index.js';
import type { RunFolder } from '../monitoring/index.js';
import { BatchNorm2d, type Module } from '../nn/index.js';
import { createSchedule, type Sgd } from '../optim/index.js';
import { formOf } from './attack-form.js';
import { attackSchedule } from './attack-schedule.js';
import { openBatchAttacker } from './batch-attacker.js';
import { machinePlan } from './machine-plan.js';
import type { Recipe } from './recipe.js';
import { AdversarialTraining, NormalTraining } from './training.js';

export interface MethodParts {
  readonly recipe: Recipe;
  readonly folder: RunFolder;
  /** The training images, on which the machine's plan is measured. */
  readonly part: Split;
  readonly model: Module;
  readonly optimizer: Sgd;
  /** Of the whole training. */
  readonly steps: number;
  /** Says one plain line. */
  readonly say?: ((line: string) => void) | undefined;
}

export function createMethod({ recipe, folder, part, model, optimizer, steps, say }: MethodParts): NormalTraining {
  const { training, schedule, seed, augmentation } = recipe;
  const plan = machinePlan(recipe, folder, part, say);
  for (const [, layer] of model.modules()) {
    if (layer instanceof BatchNorm2d) layer.momentum = training.batchNormMomentum ?? layer.momentum;
  }
  const options = {
    model,
    optimizer,
    schedule: createSchedule(schedule, steps),
    seed,
    augmentation: augmentation.length === 0 ? undefined : createAugmentation(augmentation),
    labelSmoothing: training.labelSmoothing,
    memoryFormat: plan.memoryFormat,
  };
  if (training.method === 'normal') return new NormalTraining(options);
  const { attack, attackSchedule: changes = [], fraction } = training;
  const form = plan.attackNetwork ?? 'plain';
  const whole = { description: recipe.model, form, attack, changes, steps, seed };
  return new AdversarialTraining({
    ...options,
    attack: attackSchedule(attack, changes, steps),
    fraction,
    form: formOf(form),
    attacker: openBatchAttacker(whole, plan.attackSplit, part.images.device, say),
  });
}
