/**
 * The data set that a command evaluates on: the recipe's with all its settings, or another that is named.
 *
 * @module
 */
import { disposeSplit, loadDataset, splitTo, type Dataset, type FolderOptions } from '../data/index.js';
import { requireFit } from '../evaluation/index.js';
import { loadDatasetOf, type Recipe } from '../training/index.js';
import type { EvaluationSubject } from './evaluate-subject.js';

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

/**
 * The test images, alone, and the network, both on the device asked for. The caller disposes of the images.
 *
 * @param say is told what there is to know of the data
 * @returns with them the number of classes, which is the network's too
 * @throws SaddlepointError DATA as {@link loadDataset}, or for a network of other images or classes
 */
export function openTestSet(
  { model, recipe }: Pick<EvaluationSubject, 'model' | 'recipe'>,
  name: string,
  options: DataOptions & { readonly device: string },
  say: (line: string) => void,
): { readonly dataset: Dataset; readonly classes: number } {
  const loaded = openData(name, recipe, options);
  disposeSplit(loaded.train);
  for (const note of loaded.notes ?? []) say(`  ${loaded.name}: ${note}`);
  const test = options.device === 'cpu' ? loaded.test : splitTo(loaded.test, options.device);
  if (test !== loaded.test) disposeSplit(loaded.test);
  const dataset = { ...loaded, test };
  try {
    model.to(options.device);
    return { dataset, classes: requireFit(model, test, dataset.name, dataset.classes.length) };
  } catch (error) {
    disposeSplit(test);
    throw error;
  }
}
