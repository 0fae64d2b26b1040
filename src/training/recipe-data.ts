/**
 * The data set that a recipe names.
 *
 * @module
 */
import { loadDataset, type Dataset } from '../data/index.js';
import type { Recipe } from './recipe.js';

/**
 * @param folder where its files are, whatever the recipe says
 * @throws SaddlepointError DATA as {@link loadDataset}
 */
export function loadDatasetOf({ dataset }: Pick<Recipe, 'dataset'>, folder?: string): Dataset {
  const { name, path, size, resize, testShare } = dataset;
  return loadDataset(name, folder ?? path, { size, resize, testShare });
}
