/**
 * The last batch of an epoch holds what is left, which may be too little for batch normalisation.
 *
 * @module
 */
import { count, gatherBatch, type Split } from '../data/index.js';
import { noGrad, SaddlepointError, tensor, tidy } from '../engine/index.js';
import { createModel } from '../models/index.js';
import type { Recipe } from './recipe.js';

/**
 * A last batch of one image has no batch statistics where the network's maps are of one pixel.
 *
 * @throws SaddlepointError RECIPE where the network cannot be trained on it
 */
export function requireLastBatch({ model: description, seed, training }: Recipe, part: Split): void {
  const { batchSize } = training;
  if (count(part) % batchSize !== 1) return;
  using model = createModel(description, seed).to(part.images.device);
  try {
    tidy(() => {
      const { images } = gatherBatch(part, tensor([0], { dtype: 'int64' }));
      noGrad(() => model.train().forward(images));
    });
  } catch (cause) {
    throw new SaddlepointError(
      'RECIPE',
      `the last batch of an epoch has 1 of the ${count(part)} training images, on which the network cannot be trained: ${(cause as Error).message}. Choose another training.batchSize or dataset.validation`,
      { cause },
    );
  }
}
