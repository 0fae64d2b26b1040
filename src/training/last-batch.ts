/**
 * The last batch of an epoch holds what is left, which may be too little for batch normalisation.
 *
 * @module
 */
import { count, gatherBatch, type Split } from '../data/index.js';
import { noGrad, SaddlepointError, tensor, tidy } from '../engine/index.js';
import type { Module } from '../nn/index.js';
import type { Recipe } from './recipe.js';

/**
 * A last batch of one image has no batch statistics where the network's maps are of one pixel. Leaves the network as it
 * was.
 *
 * @throws SaddlepointError RECIPE where the network cannot be trained on it
 */
export function requireLastBatch({ training }: Pick<Recipe, 'training'>, part: Split, model: Module): void {
  const { batchSize } = training;
  if (count(part) % batchSize !== 1) return;
  try {
    tidy(() => {
      const { images } = gatherBatch(part, tensor([0], { dtype: 'int64' }));
      const before = new Map([...model.stateDict()].map(([name, value]) => [name, value.clone()]));
      try {
        noGrad(() => model.train().forward(images));
      } finally {
        model.loadStateDict(before); // running statistics
      }
    });
  } catch (cause) {
    throw new SaddlepointError(
      'RECIPE',
      `the last batch of an epoch has 1 of the ${count(part)} training images, on which the network cannot be trained: ${(cause as Error).message}. Choose another training.batchSize or dataset.validation`,
      { cause },
    );
  }
}
