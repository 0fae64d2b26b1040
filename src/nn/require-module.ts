/**
 * Networks that a program hands over.
 *
 * @module
 */
import { describeValue, SaddlepointError } from '../engine/index.js';
import { Module } from './module.js';

/** @throws SaddlepointError ARGUMENT for what is no network */
export function requireModule(model: unknown): asserts model is Module {
  if (model instanceof Module) return;
  throw new SaddlepointError('ARGUMENT', `expected a model as a Module, received ${describeValue(model)}`);
}
