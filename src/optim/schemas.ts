/**
 * What a recipe says of the learning rate.
 *
 * @module
 */
import { z } from 'zod';
import { SCHEDULE_NAMES } from './schedules.js';

/** The schema of a recipe's `schedule`. */
export const scheduleSchema = z.strictObject({
  name: z.enum(SCHEDULE_NAMES),
  rate: z.number().positive(),
  milestones: z.array(z.number().min(0).max(1)).optional(),
  factor: z.number().positive().optional(),
  warmUp: z.number().min(0).max(1).optional(),
  end: z.number().min(0).max(1).optional(),
  cycles: z.int().min(1).optional(),
  points: z
    .array(z.tuple([z.number().min(0).max(1), z.number().min(0)]))
    .min(1)
    .optional(),
});
