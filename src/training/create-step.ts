/**
 * The training step of a recipe, as it computes on this machine.
 *
 * @module
 */
import { createAugmentation, type Split } from '../data/index.js';
import { requireFit } from '../evaluation/index.js';
import type { RunFolder } from '../monitoring/index.js';
import { BatchNorm2d, type Module } from '../nn/index.js';
import { createSchedule, type Optimizer } from '../optim/index.js';
import { openBatchAttacker } from './acceleration/batch-attacker.js';
import { machinePlan } from './acceleration/machine-plan.js';
import type { PoolAttack } from './acceleration/pool-messages.js';
import { loadNetwork } from './load-network.js';
import { METHODS, type TrainingMethod } from './methods/index.js';
import type { Recipe } from './recipe.js';
import { budgetChanges, multiStep, RescuingAttacker } from './overfitting/rescuing-attacker.js';
import { requireMethod } from './require-method.js';
import { TrainingStep } from './step.js';
import { WeightPerturbation } from './weights/weight-perturbation.js';

export interface StepParts {
  readonly recipe: Recipe;
  readonly folder: RunFolder;
  /** The training images, on which the machine's plan is measured. */
  readonly part: Split;
  readonly model: Module;
  readonly optimizer: Optimizer;
  /** The running average of the weights, where the recipe keeps one. */
  readonly average?: Module | undefined;
  /** Of the data set, and of labels that are mixed. */
  readonly classes: number;
  /** Of the whole training. */
  readonly steps: number;
  /** Says one plain line. */
  readonly say?: ((line: string) => void) | undefined;
}

/**
 * The method of a recipe, with the network that it learns from.
 *
 * @param part images that such a network must take
 * @throws SaddlepointError CHECKPOINT for a network that is not there, DATA for one of another data set, ARGUMENT where
 *   `create` returns no method
 */
export function createMethod({ dataset, training }: Recipe, part: Split, classes: number): TrainingMethod {
  const loaded: Module[] = [];
  const context = {
    loadNetwork: (path: string) => {
      const network = loadNetwork(path, part.images.device);
      loaded.push(network);
      requireFit(network, part, dataset.name, classes);
      return network;
    },
  };
  try {
    return requireMethod(training.method, METHODS.get(training.method).create(training, context));
  } catch (error) {
    for (const network of loaded) network.dispose();
    throw error;
  }
}

export function createStep(parts: StepParts): TrainingStep {
  const { recipe, folder, part, model, optimizer, average, classes, steps, say } = parts;
  const { training, schedule, seed, augmentation } = recipe;
  const plan = machinePlan(recipe, folder, part, say);
  for (const [, layer] of model.modules()) {
    if (layer instanceof BatchNorm2d) layer.momentum = training.batchNormMomentum ?? layer.momentum;
  }
  const { device } = part.images;
  const { attack, attackSchedule: changes = [], weightPerturbation, overfittingWatch } = training;
  const whole = attack && {
    description: recipe.model,
    backend: plan.attackBackend ?? 'plain',
    attack,
    changes,
    steps,
    seed,
  };
  const rescue = whole &&
    overfittingWatch && {
      ...whole,
      attack: multiStep(whole.attack, overfittingWatch.rescueSteps),
      changes: budgetChanges(changes),
    };
  const options = {
    model,
    method: createMethod(recipe, part, classes),
    optimizer,
    schedule: createSchedule(schedule, steps),
    seed,
    augmentation: augmentation.length === 0 ? undefined : createAugmentation(augmentation),
    classes,
    labelSmoothing: training.labelSmoothing,
    weightPerturbation: weightPerturbation && new WeightPerturbation(model, weightPerturbation, steps),
    clipGradients: training.clipGradients,
    backend: plan.backend,
    average,
    steps,
  };
  // Last, as an attacker may be threads, which nothing would end if another part could not be made.
  const open = (part: PoolAttack) => openBatchAttacker(part, plan.attackSplit, device, say);
  const attacker = rescue ? new RescuingAttacker(open(whole), open(rescue)) : whole && open(whole);
  return new TrainingStep({ ...options, attacker });
}
