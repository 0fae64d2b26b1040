import { existsSync } from 'node:fs';

/** The recipe, network and data set of a run folder, as its evaluation would take them, or of shipped weights that name theirs. */
export function openRun(saddlepoint, path, data) {
  const { recipe, weights } = path.endsWith('.safetensors')
    ? { recipe: saddlepoint.recipeOfWeights(path), weights: path }
    : recipeOfRun(saddlepoint, path);
  const { model, description } = saddlepoint.loadModel(weights);
  return { recipe, model, description, dataset: saddlepoint.loadDataset(recipe.dataset.name, data) };
}

function recipeOfRun(saddlepoint, path) {
  const folder = new saddlepoint.RunFolder(path);
  const recipe = saddlepoint.readRecipe(folder.recipe);
  const best = folder.checkpoint('best');
  return {
    recipe,
    weights: recipe.training.select === 'best' && existsSync(best) ? best : folder.checkpoint('last'),
  };
}
