/**
 * What an optimizer is: the update of all parameters from their gradients, and what it remembers between two.
 *
 * @module
 */
import { z } from 'zod';
import type { Tensor } from '../engine/index.js';
import type { Parameter } from '../nn/index.js';

export interface Optimizer extends Disposable {
  /** Updates the parameters in place from their gradients; those without one are left alone. */
  step(learningRate: number): void;
  /** Forgets all gradients; call it before each backward pass. */
  zeroGrad(): void;
  /** The tensors it remembers themselves, by name; none before the first step. */
  stateDict(): ReadonlyMap<string, Tensor>;
  /** Copies such tensors in; none begins anew. @throws SaddlepointError CHECKPOINT when names or shapes differ */
  loadStateDict(state: ReadonlyMap<string, Tensor>): void;
}

/** An optimizer as recipes know it. */
export interface OptimizerDefinition<Shape extends z.ZodRawShape = z.ZodRawShape> {
  /** The keys that a recipe's `optimizer` has beside `name`. */
  readonly options: Shape;
  create(parameters: Iterable<readonly [string, Parameter]>, options: z.output<z.ZodObject<Shape>>): Optimizer;
}

/** Schemas of options that several optimizers have. */
export const OPTIONS = {
  /** Decay rates of two averages. */
  betas: z.tuple([z.number().min(0).lt(1), z.number().min(0).lt(1)]),
  weightDecay: z.number().min(0),
  /** Whether biases and normalisation decay, too. */
  decayVectors: z.boolean().default(true),
} as const;

/** Checks that `create` takes what the options' schema gives. */
export function defineOptimizer<Shape extends z.ZodRawShape>(
  definition: OptimizerDefinition<Shape>,
): OptimizerDefinition<Shape> {
  return definition;
}
