/**
 * Evaluation mode for a while.
 *
 * @module
 */
import type { Module } from './module.js';

/** Puts a network into evaluation mode; the function it returns gives each module the mode it had. */
export function evaluating(model: Module): () => void {
  const modes = Array.from(model.modules(), ([, module]) => [module, module.training] as const);
  model.eval();
  return () => {
    for (const [module, training] of modes) module.training = training;
  };
}
