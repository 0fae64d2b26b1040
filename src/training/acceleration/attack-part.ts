/**
 * The attack of a training step, on a batch or on a part of one.
 *
 * @module
 */
import type { Attack } from '../../attacks/index.js';
import { RandomStream, type Tensor } from '../../engine/index.js';
import type { Batch } from '../../data/index.js';
import { searchedNetwork, type FrozenBackend } from '../../models/attack-network/index.js';
import type { Module } from '../../nn/index.js';
import type { AttackSchedule } from '../attack-schedule.js';

/** Where a run stands. */
export interface Position {
  /** Optimizer steps done. */
  readonly step: number;
  readonly epoch: number;
  /** Whether the step has the attack that follows a roll-back, of a training that has one. Default: false. */
  readonly rescued?: boolean | undefined;
}

export interface PartAttack {
  readonly attack: AttackSchedule;
  /** Null: the model itself, in evaluation mode. */
  readonly backend: FrozenBackend | null;
  readonly seed: number;
}

/** Whoever makes a training step's adversarial images. */
export interface BatchAttacker extends Disposable {
  /** The adversarial images of a batch, float32 [N, C, H, W], against the model's weights as they are now. */
  perturb(model: Module, batch: Batch, position: Position): Tensor;
  /** What it attacks with in this step. */
  attackAt(position: Position): Attack;
}

/** The random numbers of the attack at this position; examples own theirs in it. */
export function attackStream({ seed }: Pick<PartAttack, 'seed'>, { epoch }: Position): RandomStream {
  return new RandomStream(seed, 'training attack', epoch);
}

/** The adversarial images of these examples, which depend on no other example of the batch. */
export function attackPart(part: PartAttack, model: Module, batch: Batch, position: Position): Tensor {
  return attackOn(part, searchedNetwork(model, part.backend), batch, position);
}

/** The same, of a network that may be a frozen one already. */
export function attackOn(
  { attack, seed }: Omit<PartAttack, 'backend'>,
  network: Module,
  { images, labels, indices }: Batch,
  position: Position,
): Tensor {
  const randomness = { stream: attackStream({ seed }, position), indices };
  return attack(position.step).perturb(network, images, labels, randomness);
}

/** Makes a step's adversarial images in this thread. */
export class DirectAttacker implements BatchAttacker {
  readonly #attack: PartAttack;

  constructor(attack: PartAttack) {
    this.#attack = attack;
  }

  perturb(model: Module, batch: Batch, position: Position): Tensor {
    return attackPart(this.#attack, model, batch, position);
  }

  attackAt({ step }: Position): Attack {
    return this.#attack.attack(step);
  }

  [Symbol.dispose](): void {
    // nothing runs beside this thread
  }
}
