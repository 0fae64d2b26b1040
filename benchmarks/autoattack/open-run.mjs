import { existsSync } from 'node:fs';

/** A run's recipe, the network its evaluation would take, and its data set. */
export function openRun(saddlepoint, path, data) {
  const folder = new saddlepoint.RunFolder(path);
  const recipe = saddlepoint.readRecipe(folder.recipe);
  const best = folder.checkpoint('best');
  const selected = recipe.training.select === 'best' && existsSync(best) ? best : folder.checkpoint('last');
  const { model, description } = saddlepoint.loadModel(selected);
  return { recipe, model, description, dataset: saddlepoint.loadDataset(recipe.dataset.name, data) };
}
