/**
 * The validation of a run that averages its weights: of the average, of the last weights, or of both.
 *
 * @module
 */
import type { Split } from '../data/index.js';
import type { FrozenBackend } from '../models/attack-network/index.js';
import type { Module } from '../nn/index.js';
import type { Recipe } from './recipe.js';
import type { StepMetrics } from './step-metrics.js';
import { selectionError, validate } from './validation.js';

/** The network that is trained, and the average of its weights, if there is one. */
export interface Weights {
  readonly model: Module;
  readonly average: Module | undefined;
}

export interface Validated {
  /** `validation/error` and so on; where two networks were looked at, the last weights' as `validation/raw_error`. */
  readonly metrics: StepMetrics;
  /** What the best weights have least of. */
  readonly error: number;
  /** The weights that have it; without an average, the last ones. */
  readonly weights: Weights;
}

/**
 * Validates what the recipe chooses from; of two that are as good, the average counts.
 *
 * @param backend of the networks that are searched; undefined for the networks themselves
 */
export async function validateWeights(
  recipe: Recipe,
  weights: Weights,
  split: Split,
  backend?: FrozenBackend,
): Promise<Validated> {
  const { model, average } = weights;
  const { weights: from = 'averaged' } = recipe.training.weightAverage ?? {};
  const raw = async (prefix: string): Promise<Validated> => {
    const found = await validate(recipe, model, split, backend);
    const metrics = Object.entries(found).map(([tag, value]) => [tag.replace('validation/', prefix), value] as const);
    return {
      metrics: Object.fromEntries(metrics),
      error: selectionError(recipe, found),
      weights: { model, average: undefined },
    };
  };
  if (average === undefined || from === 'raw') return raw('validation/');
  const metrics = await validate(recipe, average, split, backend);
  const averaged = { metrics, error: selectionError(recipe, metrics), weights };
  if (from === 'averaged') return averaged;
  const other = await raw('validation/raw_');
  const better = other.error < averaged.error ? other : averaged;
  return { ...better, metrics: { ...averaged.metrics, ...other.metrics } };
}

/** How many networks a validation looks at. */
export function networksLookedAt({ training }: Pick<Recipe, 'training'>): number {
  return training.weightAverage?.weights === 'either' ? 2 : 1;
}
