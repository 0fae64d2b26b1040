/**
 * The data set that a command evaluates on: the recipe's with all its settings, or another that is named.
 *
 * @module
 */
import { loadDataset, type Dataset, type FolderOptions } from '../data/index.js';
import { loadDatasetOf, type Recipe } from '../training/index.js';

/** The options of the command line. */
export interface DataOptions {
  readonly data?: string | undefined;
  readonly size?: number | undefined;
  readonly resize?: FolderOptions['resize'];
}

/** @throws SaddlepointError DATA as {@link loadDataset} */
export function openData(name: string, recipe: Recipe | undefined, { data, size, resize }: DataOptions): Dataset {
  if (recipe?.dataset.name !== name) return loadDataset(name, data, { size, resize });
  const { dataset } = recipe;
  return loadDatasetOf({ dataset: { ...dataset, size: size ?? dataset.size, resize: resize ?? dataset.resize } }, data);
}
