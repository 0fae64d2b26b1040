/**
 * Optimizers and learning-rate schedules.
 *
 * @module
 */
export {
  constant,
  cosine,
  cyclic,
  createSchedule,
  linear,
  multiStep,
  oneCycle,
  piecewise,
  SCHEDULE_NAMES,
  type OneCycleOptions,
  type RatePoint,
  type Schedule,
  type ScheduleDescription,
  type ScheduleName,
} from './schedules.js';
export { Adam, AdamW, type AdamOptions } from './adam.js';
export { clipGradients } from './clip-gradients.js';
export { Lion, type LionOptions } from './lion.js';
export { MomentOptimizer, type MomentOptions, type Update } from './moments.js';
export { defineOptimizer, type Optimizer, type OptimizerDefinition } from './optimizer.js';
export { createOptimizer, OPTIMIZERS, optimizerSchema, type OptimizerDescription } from './registry.js';
export { scheduleSchema } from './schemas.js';
export { Sgd, type SgdOptions } from './sgd.js';
