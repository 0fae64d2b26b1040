/**
 * Two attackers in one: the training's own, and a stronger one for the steps after a roll-back.
 *
 * @module
 */
import type { Attack, AttackDescription } from '../../attacks/index.js';
import type { Batch } from '../../data/index.js';
import type { Tensor } from '../../engine/index.js';
import type { Module } from '../../nn/index.js';
import type { BatchAttacker, Position } from '../acceleration/attack-part.js';
import type { AttackChange } from '../attack-schedule.js';

export class RescuingAttacker implements BatchAttacker {
  readonly #usual: BatchAttacker;
  readonly #rescue: BatchAttacker;

  /** Both become its own, and end with it. */
  constructor(usual: BatchAttacker, rescue: BatchAttacker) {
    this.#usual = usual;
    this.#rescue = rescue;
  }

  perturb(model: Module, batch: Batch, position: Position): Tensor {
    return this.#of(position).perturb(model, batch, position);
  }

  attackAt(position: Position): Attack {
    return this.#of(position).attackAt(position);
  }

  [Symbol.dispose](): void {
    this.#usual[Symbol.dispose]();
    this.#rescue[Symbol.dispose]();
  }

  #of({ rescued = false }: Position): BatchAttacker {
    return rescued ? this.#rescue : this.#usual;
  }
}

/** PGD within the budget of a one-step attack, against the same objective. */
export function multiStep(
  { norm, epsilon, fraction, objective, target }: AttackDescription,
  steps: number,
): AttackDescription {
  return { name: 'pgd', norm, epsilon, fraction, objective, target, steps, iterate: 'last' };
}

/** The same changes of the budget; the lengths of steps are PGD's own. */
export function budgetChanges(changes: readonly AttackChange[]): AttackChange[] {
  return changes.map(({ from, epsilon }) => ({ from, epsilon }));
}
