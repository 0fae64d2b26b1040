/**
 * What a recipe's `training` has whatever its method.
 *
 * @module
 */
import { z } from 'zod';
import { attackSchema, budgetSchema } from '../attacks/index.js';
import { parseDuration } from '../monitoring/index.js';
import { ATTACK_BACKENDS } from './acceleration/attack-backend.js';
import { MOST_SHARES } from './acceleration/most-shares.js';
import { TRAINING_BACKENDS } from './acceleration/training-pass.js';
import { overfittingWatchSchema } from './overfitting/watch-schema.js';
import { weightAverageSchema } from './weights/average-schema.js';

/** Times as people write them; in seconds, which is how a resolved recipe has them. */
const TIME = 'expected a time such as 90s, 8m or 2h';
const time = z.union([z.number(), z.string()], TIME).transform((written, { issues }) => {
  const seconds = typeof written === 'number' ? written : parseDuration(written);
  if (seconds !== undefined && seconds > 0) return seconds;
  issues.push({ code: 'custom', message: TIME, input: written });
  return z.NEVER;
});

export const commonTraining = {
  /** Passes over the training images; may be a fraction. With `within`, the most there may be. */
  epochs: z.number().positive().optional(),
  /**
   * The time the training may take, validation included, e.g. 8m: as many epochs as fit, by a measurement at the start;
   * the schedules are stretched to them. In place of `epochs`, or with it.
   */
  within: time.optional(),
  batchSize: z.int().min(1).default(128),
  labelSmoothing: z.number().min(0).max(1).default(0),
  /** Evaluates an average of the weights, exponential or of equal shares, in place of the last ones. Default: none. */
  weightAverage: weightAverageSchema.optional(),
  /**
   * Minimises the loss where a small change of the weights makes it worst; what the numbers are is at
   * WeightPerturbation.
   */
  weightPerturbation: z
    .strictObject({ gamma: z.number().positive().default(0.005), from: z.number().min(0).lt(1).default(0) })
    .optional(),
  /** The most that the L2 norm of all gradients together may be; longer ones are scaled. Default: no limit. */
  clipGradients: z.number().positive().optional(),
  /**
   * Share of the newest batch in batch norm's running statistics, as PyTorch counts it. An attack in evaluation mode
   * works against these statistics: at a high rate, 0.1 leaves them behind the weights, and the attack is weak. Default
   * 0.1.
   */
  batchNormMomentum: z.number().gt(0).max(1).optional(),
  /** Epochs between validations. The last one is always followed by one. */
  validateEvery: z.int().min(1).default(1),
  /** Which weights are evaluated: the best on the held-out training images, or the last. */
  select: z.enum(['best', 'last']).default('best'),
  /** How the training pass computes: measured at the start, or fixed, as bit-equal runs on a CPU need it. */
  backend: z.enum(['auto', ...TRAINING_BACKENDS]).default('auto'),
  /** Reports clean and robust error on test images each epoch; nothing is chosen by them. Default: no look at them. */
  monitorTest: z
    .strictObject({
      /** Batches of the first test images that are attacked; the clean error is of all test images. */
      batches: z.int().min(1),
    })
    .optional(),
  /**
   * Seconds between checkpoints inside an epoch, which is what a killed run repeats at most. Default 120; 0: every
   * step.
   */
  saveEvery: z.number().min(0).optional(),
};

/** What only the methods with an attack have. */
export const attackTraining = () => ({
  attack: attackSchema(),
  /** Other values of the attack from a share of the training's steps on. */
  attackSchedule: z
    .array(
      z.strictObject({
        from: z.number().gt(0).lt(1),
        epsilon: budgetSchema.optional(),
        steps: z.int().min(1).optional(),
        stepSize: budgetSchema.optional(),
      }),
    )
    .optional(),
  /**
   * How the attack's inner loop computes: measured at the start, or fixed for bit-equal runs; `model` folds nothing.
   */
  attackBackend: z.enum(ATTACK_BACKENDS).default('auto'),
  /**
   * Into how many shares a batch is split that are attacked at the same time, on the CPU; 1: all cores work on each
   * operator. Default: measured where `attackBackend` is, else 1.
   */
  attackSplit: z.union([z.literal('auto'), z.int().min(1).max(MOST_SHARES)]).optional(),
  /**
   * Looks on held-out images whether the network overfits to the single step of its attack, and goes back where it
   * does. Default: does not look.
   */
  overfittingWatch: overfittingWatchSchema.optional(),
});
