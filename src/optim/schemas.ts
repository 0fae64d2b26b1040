/**
 * What a recipe says of the optimizer and the learning rate.
 *
 * @module
 */
import { z } from 'zod';
import { SCHEDULE_NAMES } from './schedules.js';

/** The schema of a recipe's `optimizer`. */
export const optimizerSchema = z
  .strictObject({
    momentum: z.number().min(0).lt(1).default(0.9),
    nesterov: z.boolean().default(true),
    weightDecay: z.number().min(0).default(0.0005),
    /** Whether biases and normalisation decay, too. */
    decayVectors: z.boolean().default(true),
  })
  .prefault({});

/** The schema of a recipe's `schedule`. */
export const scheduleSchema = z.strictObject({
  name: z.enum(SCHEDULE_NAMES),
  rate: z.number().positive(),
  milestones: z.array(z.number().min(0).max(1)).optional(),
  factor: z.number().positive().optional(),
  warmUp: z.number().min(0).max(1).optional(),
  end: z.number().min(0).max(1).optional(),
});
