/**
 * What goes to and fro between a training step and the threads that share its attack: plain data, without a tensor.
 *
 * @module
 */
import type { MessagePort } from 'node:worker_threads';
import type { AttackDescription } from '../../attacks/index.js';
import type { Packed, PackedState, ThreadFailure } from '../../engine/index.js';
import type { ModelDescription } from '../../models/index.js';
import type { AttackBackend } from './attack-backend.js';
import type { Position } from './attack-part.js';
import type { AttackChange } from '../attack-schedule.js';

/** The attack of a whole training. */
export interface PoolAttack {
  readonly description: ModelDescription;
  readonly backend: AttackBackend;
  readonly attack: AttackDescription;
  readonly changes: readonly AttackChange[];
  /** Optimizer steps of the training. */
  readonly steps: number;
  readonly seed: number;
}

/** What a thread begins with. */
export interface PoolStart extends PoolAttack {
  /** Of its operators. */
  readonly threads: number;
  /** Where its answers go. */
  readonly port: MessagePort;
  /** int32 each: {@link ANSWERED} and {@link NUMBER}. */
  readonly signal: SharedArrayBuffer;
}

/** Where the signal says 1 as soon as there is an answer, or none will ever come. */
export const ANSWERED = 0;
/** Where it has the thread's number, as soon as the thread has loaded the engine. */
export const NUMBER = 1;

/** One share of one step. */
export interface PoolTask {
  readonly position: Position;
  readonly state: PackedState;
  /** As `Batch`. */
  readonly images: Packed;
  readonly labels: Packed;
  readonly indices: Packed;
}

export type PoolAnswer = { readonly images: Packed } | { readonly failed: ThreadFailure };
