/**
 * Whether a batch is attacked faster as a whole, by all cores together, or in shares, one a core.
 *
 * @module
 */
import { runtime, tidy } from '../engine/index.js';
import type { Batch } from '../data/index.js';
import type { Module } from '../nn/index.js';
import { AttackCrew } from './attack-crew.js';
import { formOf, type AttackNetworkName } from './attack-form.js';
import { attackPart } from './attack-part.js';
import { attackSchedule } from './attack-schedule.js';
import { chooseFastest, type Rates } from './fastest.js';
import type { Recipe } from './recipe.js';

export interface AttackSplitChoice {
  readonly shares: number;
  /** Measured attack passes a second, with the weights' way to the threads, by the number of shares. */
  readonly passesPerSecond: Rates;
}

/** Images of a share while it is timed; of a large network, more would take minutes. */
const PROBE_IMAGES = 16;
/** A share of fewer images is not worth an operator's overhead. */
const LEAST_IMAGES = 8;

/**
 * Times one step of the recipe's attack. Leaves nothing alive.
 *
 * @param model in the recipe's architecture, on the CPU
 * @param take the first so many training images
 */
export function chooseAttackSplit(
  { model: description, training, seed }: Pick<Recipe, 'model' | 'training' | 'seed'>,
  model: Module,
  form: AttackNetworkName,
  take: (images: number) => Batch,
): AttackSplitChoice {
  const { threads } = runtime();
  if (training.method === 'normal' || threads === 1 || training.batchSize < LEAST_IMAGES * threads) {
    return { shares: 1, passesPerSecond: {} };
  }
  const attack = { ...training.attack, steps: 1 };
  const position = { step: 0, epoch: 0 };
  const batch = take(PROBE_IMAGES * threads);
  const whole = { attack: attackSchedule(attack, [], 1), form: formOf(form), seed };
  using crew = new AttackCrew({ description, form, attack, changes: [], steps: 1, seed }, threads);
  // The first answer waits for the threads to start, which is no part of a step.
  tidy(() => crew.perturb(model, batch, position));
  const { name, passesPerSecond } = chooseFastest(
    {
      1: () => () => attackPart(whole, model, batch, position).sum().item(),
      [threads]: () => () => crew.perturb(model, batch, position).sum().item(),
    },
    batch.images.dimension(0),
  );
  return { shares: Number(name), passesPerSecond };
}
