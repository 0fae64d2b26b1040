/**
 * How the attack of a training step computes on this machine: in which backend, and whether a batch is attacked faster
 * as a whole, by all cores together, or in shares, one a core. The two are measured together, on batches as the
 * training has them: a backend that waits for its threads after every operator gains by shares what another has
 * already.
 *
 * @module
 */
import { runtime } from '../../engine/index.js';
import type { Batch } from '../../data/index.js';
import type { Module } from '../../nn/index.js';
import { AttackPool } from './attack-pool.js';
import { attackPassOf, backendOf, isReduced, type AttackBackend } from './attack-backend.js';
import { attackPart } from './attack-part.js';
import { attackSchedule } from '../attack-schedule.js';
import {
  affordable,
  closeOnes,
  fastestOf,
  fewImages,
  LEAST_IMAGES,
  lookAtEach,
  lookInTurns,
  ratesOf,
  type Rates,
  type Way,
} from './fastest.js';
import { MOST_SHARES } from './most-shares.js';
import type { Recipe } from '../recipe.js';

/** A backend and a number of shares, e.g. `winograd/2`. */
export type StepAttack = `${AttackBackend}/${number}`;

export interface StepAttackChoice {
  readonly name: StepAttack;
  /** Attack passes a second, with the weights' way to the threads, of those that were compared. */
  readonly passesPerSecond: Rates;
  /** Those of each backend on a few images, in this thread. */
  readonly backends: Rates;
}

/** Backends whose shares are compared: the pools of all live at the same time, each thread with its own network. */
const MOST_BACKENDS = 2;

export function partsOf(name: StepAttack): { backend: AttackBackend; shares: number } {
  const [backend, shares] = name.split('/') as [AttackBackend, string];
  return { backend, shares: Number(shares) };
}

/**
 * Times one attack pass of each backend, and then the recipe's attack in those that came close with each number of
 * shares, on a batch, or as much of both as a quarter of a second allows: what a split costs, the weights' way to every
 * thread and their folding there, counts once an attack. Leaves nothing alive.
 *
 * @param model in the recipe's architecture, on the CPU
 * @param names the candidates; the order decides a tie
 * @param take the first so many training images
 * @param begin told each candidate before it is tried
 */
export function chooseStepAttack(
  { model: description, training, seed }: Pick<Recipe, 'model' | 'training' | 'seed'>,
  model: Module,
  names: readonly StepAttack[],
  take: (images: number) => Batch,
  begin?: (name: StepAttack) => void,
): StepAttackChoice {
  const whole = training.attack!;
  const most = training.batchSize;
  const few = Math.min(most, fewImages());
  const backends = [...new Set(names.map((name) => partsOf(name).backend))];
  const firstOf = (backend: AttackBackend) => names.find((name) => partsOf(name).backend === backend)!;
  const felt = lookAtEach(
    Object.fromEntries(backends.map((backend) => [backend, attackPassOf(model, backend, (n) => take(n).images)])),
    { images: few, device: 'cpu', begin: (backend) => begin?.(firstOf(backend as AttackBackend)) },
  ) as Map<AttackBackend, number>;
  const close = closeOnes(felt, MOST_BACKENDS);
  const contenders = names.filter((name) => close.includes(partsOf(name).backend));
  const rates = ratesOf(felt);
  if (contenders.length === 1) return { name: contenders[0]!, passesPerSecond: {}, backends: rates };

  const fastest = Math.min(...felt.values());
  const least = Math.min(most, Math.max(...contenders.map((name) => partsOf(name).shares * LEAST_IMAGES)));
  const images = affordable(fastest, least, most);
  const steps = affordable(fastest * images, 1, whole.steps);
  const attack = { ...whole, steps };
  const position = { step: 0, epoch: 0 };
  const pools: AttackPool[] = [];
  const way =
    (name: StepAttack): Way =>
    (number) => {
      const batch = take(number);
      const { backend, shares } = partsOf(name);
      const part = { attack: attackSchedule(attack, [], 1), backend: backendOf(backend), seed };
      if (shares === 1) return () => attackPart(part, model, batch, position).sum().item();
      const pool = new AttackPool({ description, backend, attack, changes: [], steps: 1, seed }, shares);
      pools.push(pool);
      // The first answer waits for the threads to start, which is no part of a step.
      return () => pool.perturb(model, batch, position).sum().item();
    };
  const ways = Object.fromEntries(contenders.map((name) => [name, way(name)])) as Record<StepAttack, Way>;
  try {
    const seconds = lookInTurns(ways, { images, device: 'cpu', begin });
    const passes = new Map(Array.from(seconds, ([name, each]) => [name, each / steps]));
    const name = fastestOf(seconds, (each) => isReduced(partsOf(each).backend));
    return { name, passesPerSecond: ratesOf(passes), backends: rates };
  } finally {
    for (const pool of pools) pool[Symbol.dispose]();
  }
}

/** The shares worth a try beside one: as many as there are threads; 1 where a share would have too few images. */
export function sharesFor({ training }: Pick<Recipe, 'training'>): number {
  const shares = Math.min(runtime().threads, MOST_SHARES);
  return training.attack !== undefined && training.batchSize >= LEAST_IMAGES * shares ? shares : 1;
}
