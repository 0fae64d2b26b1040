/**
 * The data set that a recipe names, and the recipe that shipped weights hold.
 *
 * @module
 */
import { GeneratedImages, loadDataset, type Dataset } from '../data/index.js';
import { readSafetensorsMetadata, SaddlepointError } from '../engine/index.js';
import { parseYaml } from '../engine/yaml.js';
import { checkRecipe, type Recipe } from './recipe.js';

/**
 * Loads the data set that a recipe names.
 *
 * @param folder where its files are, whatever the recipe says
 * @throws SaddlepointError DATA as {@link loadDataset}
 */
export function loadDatasetOf({ dataset }: Pick<Recipe, 'dataset'>, folder?: string): Dataset {
  const { name, path, size, resize, testShare } = dataset;
  return loadDataset(name, folder ?? path, { size, resize, testShare });
}

/**
 * The generated images that a recipe mixes into its batches; to be closed. Undefined for none.
 *
 * @throws SaddlepointError DATA for a file that does not fit the data set, as {@link GeneratedImages}
 */
export function generatedImagesOf(recipe: Pick<Recipe, 'dataset'>, dataset: Dataset): GeneratedImages | undefined {
  const { extra } = recipe.dataset;
  return extra && new GeneratedImages(extra.file, dataset);
}

/**
 * The recipe in a file that `saddlepoint export` wrote; undefined for any other.
 *
 * @throws SaddlepointError RECIPE for one that this version does not read
 */
export function recipeOfWeights(path: string): Recipe | undefined {
  if (!path.endsWith('.safetensors')) return undefined;
  const { recipe } = readSafetensorsMetadata(path);
  return recipe === undefined ? undefined : checkRecipe(contentOf(recipe, path), `the recipe in ${path}`);
}

function contentOf(recipe: string, path: string): unknown {
  try {
    return parseYaml(recipe);
  } catch (cause) {
    throw new SaddlepointError('RECIPE', `the recipe in ${path} is not YAML: ${(cause as Error).message}`, { cause });
  }
}
