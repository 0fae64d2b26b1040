/**
 * Who carries out a job's attacks: this thread (`open-attacker.ts`), or several that share each chunk
 * (`attack-workers.ts`).
 *
 * @module
 */
import type { AttackStage } from '../../attacks/index.js';
import type { Tensor } from '../../engine/index.js';
import type { ChunkFinding } from './chunk.js';
import type { AttackPlan } from './plan.js';

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
