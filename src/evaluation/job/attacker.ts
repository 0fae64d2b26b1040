/**
 * Who carries out a job's attacks: this thread, or several that share each chunk.
 *
 * @module
 */
import type { AttackStage } from '../../attacks/index.js';
import { tidy, type Tensor } from '../../engine/index.js';
import { AttackWorkers, type Parallel } from './attack-workers.js';
import { attackChunk, batchOf, perturbBatch, type ChunkFinding, type Subject } from './chunk.js';
import { streamOf, type AttackPlan } from './plan.js';

/** One round of one stage. */
export interface AttackTask {
  readonly plan: AttackPlan;
  readonly stage: AttackStage;
  /** Its number among the stage's rounds. */
  readonly round: number;
  readonly seed: number;
}

export interface Attacker {
  /** Attacks these examples. Leaves alive the images it returns. */
  attack(task: AttackTask, positions: readonly number[]): Promise<ChunkFinding>;
  /**
   * The images a round ends with, float32 [N, C, H, W] on the CPU: of all these examples, fooled or not. Leaves them
   * alive.
   */
  perturb(task: AttackTask, positions: readonly number[]): Promise<Tensor>;
  close(): Promise<void>;
}

/** @param parallel what to do it with beside this thread; undefined for this thread alone */
export function openAttacker(subject: Subject, parallel: Parallel | undefined): Attacker {
  return parallel === undefined || parallel.workers === 1 ? attackHere(subject) : new AttackWorkers(subject, parallel);
}

function attackHere(subject: Subject): Attacker {
  return {
    attack: ({ plan, stage, round, seed }, positions) => {
      const one = stage.rounds[round]!;
      const counting = { ...subject, draws: plan.draws };
      return Promise.resolve(attackChunk(counting, one, streamOf(plan, seed, stage, one), positions));
    },
    perturb: ({ plan, stage, round, seed }, positions) => {
      const one = stage.rounds[round]!;
      const stream = streamOf(plan, seed, stage, one);
      return Promise.resolve(tidy(() => perturbBatch(subject, one, stream, batchOf(subject.split, positions))));
    },
    close: () => Promise.resolve(),
  };
}
