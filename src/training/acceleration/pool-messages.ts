/**
 * What goes to and fro between a training step and the threads that share its attack: plain data, without a tensor.
 *
 * @module
 */
import type { AttackDescription } from '../../attacks/index.js';
import type { PackedBatch } from '../../data/index.js';
import type { LentLists, LentState } from '../../engine/index.js';
import type { ModelDescription } from '../../models/index.js';
import type { AttackBackend } from './attack-backend.js';
import type { Position } from './attack-part.js';
import type { AttackChange } from '../attack-schedule.js';

/** The attack of a whole training: what a thread begins with. */
export interface PoolAttack {
  readonly description: ModelDescription;
  readonly backend: AttackBackend;
  readonly attack: AttackDescription;
  readonly changes: readonly AttackChange[];
  /** Optimizer steps of the training. */
  readonly steps: number;
  readonly seed: number;
}

/** One share of one step. */
export interface PoolTask {
  readonly position: Position;
  /** The weights themselves, which stand still meanwhile. */
  readonly state: LentState;
  /** What the attack network computes with; undefined where the model itself is attacked. */
  readonly prepared: LentLists | undefined;
  readonly batch: PackedBatch;
}
