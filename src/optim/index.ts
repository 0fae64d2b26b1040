/**
 * Optimizers and learning-rate schedules.
 *
 * @module
 */
export {
  constant,
  cosine,
  createSchedule,
  multiStep,
  oneCycle,
  SCHEDULE_NAMES,
  type OneCycleOptions,
  type Schedule,
  type ScheduleDescription,
  type ScheduleName,
} from './schedules.js';
export { Sgd, type SgdOptions } from './sgd.js';
export { optimizerSchema, scheduleSchema } from './schemas.js';
