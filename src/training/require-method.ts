/**
 * A training method, before anything is trained with it.
 *
 * @module
 */
import { describeValue, SaddlepointError } from '../engine/index.js';
import type { TrainingMethod } from './methods/index.js';

/** @throws SaddlepointError ARGUMENT for what is none, which `create` of a method from outside may return */
export function requireMethod(name: string, made: unknown): TrainingMethod {
  const { attacked, loss } = (made ?? {}) as Partial<Record<keyof TrainingMethod, unknown>>;
  if (typeof attacked === 'function' && typeof loss === 'function') return made as TrainingMethod;
  const lacking = Object.entries({ attacked, loss }).filter(([, value]) => typeof value !== 'function');
  const isObject = typeof made === 'object' && made !== null;
  const received = `${describeValue(made)}${isObject ? ` without ${lacking.map(([key]) => key).join(', ')}` : ''}`;
  throw new SaddlepointError(
    'ARGUMENT',
    `expected create of the training method ${name} to return { attacked, loss }, two functions, received ${received}`,
  );
}
