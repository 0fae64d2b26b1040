/**
 * What a recipe changes in a run that was begun with another one.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { readRecipe } from './recipe-file.js';
import type { Recipe } from './recipe.js';

/** `evaluation`: that alone, so that what is trained stays right. */
export type RecipeChange = 'nothing' | 'evaluation' | 'training';

export interface SavedRecipe {
  readonly recipe: Recipe;
  /** As it lies there. */
  readonly text: string;
}

/** A run's `recipe.yaml`. @throws SaddlepointError RECIPE as {@link readRecipe} */
export function savedRecipe(path: string): SavedRecipe {
  return { recipe: readRecipe(path), text: readFileSync(path, 'utf8') };
}

/** By what the recipes mean, however they are written. */
export function recipeChange(saved: Recipe, now: Recipe): RecipeChange {
  const { evaluation: evaluationThen, ...trainingThen } = asWritten(saved);
  const { evaluation: evaluationNow, ...trainingNow } = asWritten(now);
  if (!isDeepStrictEqual(trainingThen, trainingNow)) return 'training';
  return isDeepStrictEqual(evaluationThen, evaluationNow) ? 'nothing' : 'evaluation';
}

/** An option left out and one that is undefined are the same. */
function asWritten(recipe: Recipe): Recipe {
  const { name, ...options } = recipe.optimizer;
  const optimizer = name === 'sgd' ? options : recipe.optimizer; // which needs no name
  return JSON.parse(JSON.stringify({ ...recipe, optimizer })) as Recipe;
}

/**
 * Whether two recipes choose the best weights alike: that is done by a validation against the evaluation's budget,
 * which therefore stays until the last step.
 */
export function sameSelection(saved: Recipe, now: Recipe): boolean {
  if (now.training.attack === undefined || now.training.select === 'last') return true;
  const [a, b] = [saved, now].map(({ evaluation: { attack } }) => attack);
  return a!.norm === b!.norm && a!.epsilon === b!.epsilon;
}
