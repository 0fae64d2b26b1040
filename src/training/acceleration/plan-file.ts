/**
 * A run's plan, `plan.json`: what it says, and that of an earlier part of the run checked before a training computes by
 * it.
 *
 * @module
 */
import { z } from 'zod';
import { SaddlepointError } from '../../engine/index.js';
import { readWhole } from '../../engine/read-file.js';
import { planInTodaysWords } from '../../monitoring/index.js';
import { ATTACK_BACKENDS, type AttackBackend } from './attack-backend.js';
import type { Rates } from './fastest.js';
import { MOST_SHARES } from './most-shares.js';
import { TRAINING_BACKENDS, type TrainingBackend } from './training-pass.js';

/** How a run computes on its machine, and why. */
export interface MachinePlan {
  /** How the attack's inner loop computes; null where there is none, as in standard training. */
  readonly attackBackend: AttackBackend | null;
  /** Shares of a batch that are attacked at the same time. */
  readonly attackSplit: number;
  /** How the training's forward and backward pass compute. */
  readonly backend: TrainingBackend;
  /** What was measured: passes a second of each backend on a few images; empty where the recipe decides. */
  readonly attackPassesPerSecond: Rates;
  /** Of those that came close, with each number of shares, e.g. `winograd/2`, in the attack of a whole batch. */
  readonly splitPassesPerSecond: Rates;
  readonly trainingPassesPerSecond: Rates;
}

/** Ours has 1 kB. */
const MAXIMUM_FILE = 64 * 2 ** 10;

const rates = z.record(z.string(), z.number());
const planSchema = z.object({
  attackBackend: z.enum(ATTACK_BACKENDS).exclude(['auto']).nullable(),
  // Runs of before this was a choice did not split.
  attackSplit: z.int().min(1).max(MOST_SHARES).default(1),
  backend: z.enum(TRAINING_BACKENDS),
  attackPassesPerSecond: rates,
  splitPassesPerSecond: rates.default({}),
  trainingPassesPerSecond: rates,
});

/** @throws SaddlepointError FILE for a plan that cannot be read, or that no run of ours wrote */
export function readPlan(path: string): MachinePlan {
  try {
    return planSchema.parse(planInTodaysWords(JSON.parse(readWhole(path, MAXIMUM_FILE).toString('utf8'))));
  } catch (cause) {
    const [issue] = cause instanceof z.ZodError ? cause.issues : [];
    const reason = issue === undefined ? (cause as Error).message : `${issue.path.join('.')}: ${issue.message}`;
    throw new SaddlepointError(
      'FILE',
      `${path} is not the plan of a run, or is damaged: ${reason}. Remove it to measure anew; the run is then no ` +
        'longer the same to the bit',
      { cause },
    );
  }
}
