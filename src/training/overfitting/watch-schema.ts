/**
 * What a recipe says of the watch for catastrophic overfitting, and which trainings can have one.
 *
 * @module
 */
import { z } from 'zod';
import type { AttackDescription } from '../../attacks/index.js';
import type { AttackChange } from '../attack-schedule.js';

/** The schema of `training.overfittingWatch`. */
export const overfittingWatchSchema = z.strictObject({
  /**
   * By how much more of the held-out images PGD may fool the network than the training's own attack does, and than it
   * did at the last good look: a share of 0 to 1. Default 0.35. Trained by FGSM on Fashion-MNIST at epsilon 0.2 and
   * 0.25, networks that were sound had gaps of up to 0.31, as one step of that length leaves something to be found, and
   * ones that had collapsed of 0.43 and more.
   */
  gap: z.number().gt(0).lt(1).default(0.35),
  /** Steps from one look to the next; the last step is always followed by one. */
  every: z.int().min(1).default(100),
  /** How many held-out images are attacked: the first ones. */
  examples: z.int().min(1).default(128),
  /** Steps of the PGD that looks, each of 2.5 epsilon divided by their number. */
  steps: z.int().min(2).default(5),
  /** Steps of the PGD that trains after a roll-back, in place of the one-step attack. */
  rescueSteps: z.int().min(2).default(2),
  /**
   * For how many steps it does after the first roll-back, and twice as many after each further one. Default: `every`.
   */
  rescueFor: z.int().min(1).optional(),
});

export type OverfittingWatchOptions = z.output<typeof overfittingWatchSchema>;

/** The attacks whose single step a network may overfit to, and which PGD can stand in for. */
const WATCHED = ['fgsm', 'n-fgsm', 'pgd', 'bim'];

/**
 * How many steps are trained with the attack that rescues: twice as many after every roll-back, so that a training that
 * one step cannot carry becomes one by PGD.
 *
 * @param rollBacks before this one
 */
export function rescueLength({ every, rescueFor = every }: OverfittingWatchOptions, rollBacks: number): number {
  return rescueFor * 2 ** rollBacks;
}

/**
 * Why this training cannot be watched; undefined where it can.
 *
 * @param ownSteps whether its method moves the images by itself
 */
export function unwatched(
  attack: AttackDescription | undefined,
  changes: readonly AttackChange[],
  ownSteps: boolean,
): string | undefined {
  if (ownSteps) return 'this method makes its adversarial images by itself, so that no other attack could train it';
  if (attack === undefined) return undefined;
  if (!WATCHED.includes(attack.name)) {
    return `it is for attacks of one step: expected ${WATCHED.join(', ')} as training.attack.name`;
  }
  const steps = Math.max(attack.steps, ...changes.map((change) => change.steps ?? 1));
  if (steps === 1) return undefined;
  return `it is for attacks of one step, which a network may overfit to, and this one has ${steps}`;
}
