/**
 * What a recipe says of the average of the weights.
 *
 * @module
 */
import { z } from 'zod';

/** Batches of which batch norm's statistics are estimated where a recipe says nothing. */
export const USUAL_BATCHES = 50;

const common = {
  /**
   * Batch norm's running statistics of the average: averaged like the weights, or estimated anew for it before every
   * look at held-out images. Default: averaged with ema, re-estimated with swa.
   */
  batchNorm: z.enum(['averaged', 're-estimated']).optional(),
  /** Training batches that re-estimated statistics come from. Default 50. */
  batches: z.int().min(1).optional(),
  /**
   * Which weights `select: best` chooses from: the averages, the last weights of each validation, or both, of which the
   * better ones count. Default: averaged.
   */
  weights: z.enum(['averaged', 'raw', 'either']).optional(),
};

/** The schema of `training.weightAverage`. */
export const weightAverageSchema = z.discriminatedUnion('name', [
  z.strictObject({
    name: z.literal('ema').optional(),
    /** Share of the old average that a step keeps. */
    decay: z.number().min(0).lt(1),
    ...common,
  }),
  z.strictObject({
    name: z.literal('swa'),
    /** Share of the training's steps before the first weights that are taken in. */
    from: z.number().min(0).lt(1).default(0.75),
    /** Epochs between two that are; may be a fraction. The last weights always are. */
    every: z.number().positive().default(1),
    ...common,
  }),
]);

export type WeightAverageOptions = z.input<typeof weightAverageSchema>;

/** Whether the average's batch norm is estimated anew. */
export function isReestimated({ name, batchNorm }: WeightAverageOptions): boolean {
  return (batchNorm ?? (name === 'swa' ? 're-estimated' : 'averaged')) === 're-estimated';
}
