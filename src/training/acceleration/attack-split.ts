/**
 * Whether a batch is attacked faster as a whole, by all cores together, or in shares, one a core.
 *
 * @module
 */
import { runtime, tidy } from '../../engine/index.js';
import type { Batch } from '../../data/index.js';
import type { Module } from '../../nn/index.js';
import { AttackPool } from './attack-pool.js';
import { backendOf, type AttackBackend } from './attack-backend.js';
import { attackPart } from './attack-part.js';
import { attackSchedule } from '../attack-schedule.js';
import { chooseFastest, type Rates } from './fastest.js';
import type { Recipe } from '../recipe.js';

export interface AttackSplitChoice {
  /** How many shares. */
  readonly name: string;
  /** Measured attack passes a second, with the weights' way to the threads, by the number of shares. */
  readonly passesPerSecond: Rates;
}

/** Images of a share on which the attack's speed is felt out. */
const PROBE_IMAGES = 16;
/** About as long may one timed attack take: of a large network, a whole batch and all steps would take minutes. */
const PROBE_SECONDS = 0.5;
/** A share of fewer images is not worth an operator's overhead. */
const LEAST_IMAGES = 8;

/**
 * Times the recipe's attack on a batch, or as much of both as half a second allows: what a split costs, the weights'
 * way to every thread and their folding there, counts once an attack. Leaves nothing alive.
 *
 * @param model in the recipe's architecture, on the CPU
 * @param take the first so many training images
 */
export function chooseAttackSplit(
  { model: description, training, seed }: Pick<Recipe, 'model' | 'training' | 'seed'>,
  model: Module,
  backend: AttackBackend,
  take: (images: number) => Batch,
  begin?: (name: string) => void,
): AttackSplitChoice {
  const { threads } = runtime();
  const { attack: whole } = training;
  if (whole === undefined) return { name: '1', passesPerSecond: {} };
  const position = { step: 0, epoch: 0 };
  const together = (steps: number, batch: Batch) => {
    const attack = attackSchedule({ ...whole, steps }, [], 1);
    return () =>
      attackPart({ attack, backend: backendOf(backend), seed }, model, batch, position)
        .sum()
        .item();
  };
  const few = Math.min(training.batchSize, PROBE_IMAGES * threads);
  const { passesPerSecond: felt } = chooseFastest({ once: () => together(1, take(few)) }, few, 'cpu');
  const affordable = PROBE_SECONDS * felt.once!;
  const images = Math.min(training.batchSize, Math.max(few, Math.floor(affordable)));
  const steps = Math.max(1, Math.min(whole.steps, Math.floor(affordable / images)));
  const attack = { ...whole, steps };
  const batch = take(images);
  using pool = new AttackPool({ description, backend, attack, changes: [], steps: 1, seed }, threads);
  // The first answer waits for the threads to start, which is no part of a step.
  tidy(() => pool.perturb(model, batch, position));
  return chooseFastest<string>(
    {
      1: () => together(steps, batch),
      [threads]: () => () => pool.perturb(model, batch, position).sum().item(),
    },
    images * steps,
    'cpu',
    begin,
  );
}

/** Whether there is anything to share: several threads, and enough images for each. */
export function canSplit({ training }: Pick<Recipe, 'training'>): boolean {
  const { threads } = runtime();
  return training.attack !== undefined && threads > 1 && training.batchSize >= LEAST_IMAGES * threads;
}
