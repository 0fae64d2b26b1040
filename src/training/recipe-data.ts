/**
 * The data set that a recipe names, and the recipe that shipped weights hold.
 *
 * @module
 */
import { parse } from 'yaml';
import { loadDataset, type Dataset } from '../data/index.js';
import { readSafetensors } from '../engine/index.js';
import { checkRecipe, type Recipe } from './recipe.js';

/**
 * @param folder where its files are, whatever the recipe says
 * @throws SaddlepointError DATA as {@link loadDataset}
 */
export function loadDatasetOf({ dataset }: Pick<Recipe, 'dataset'>, folder?: string): Dataset {
  const { name, path, size, resize, testShare } = dataset;
  return loadDataset(name, folder ?? path, { size, resize, testShare });
}

/** The recipe in a file that `saddlepoint export` wrote; undefined for any other. */
export function recipeOfWeights(path: string): Recipe | undefined {
  if (!path.endsWith('.safetensors')) return undefined;
  const { tensors, metadata } = readSafetensors(path);
  for (const tensor of tensors.values()) tensor.dispose();
  return metadata.recipe === undefined ? undefined : checkRecipe(parse(metadata.recipe));
}
