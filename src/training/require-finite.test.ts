/**
 * Broken running statistics stop a training, though its loss is a number.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { leavesNothingAlive } from '../../test/support/live-tensors.js';
import { disposeSplit, makeSplit } from '../data/index.js';
import { noGrad, SaddlepointError, tidy } from '../engine/index.js';
import { BatchNorm2d, Sequential } from '../nn/index.js';
import { silent } from '../monitoring/index.js';
import { checkRecipe, trainRecipe } from './index.js';
import { recipeContent, temporaryRun } from './made-up.test-helper.js';
import { requireFinite } from './require-finite.js';

leavesNothingAlive();

test('names what is no number', () => {
  const model = new Sequential(new BatchNorm2d(3));
  requireFinite(model, 7);
  tidy(() => {
    noGrad(() => model.stateDict().get('0.running_var')!.narrow(0, 1, 1).fill_(NaN));
  });
  expect(() => requireFinite(model, 7)).toThrow(/0\.running_var is not a number after step 7/);
  model.dispose();
});

test('a last batch of one image without batch statistics is refused before the first step', async () => {
  const images = (name: string, examples: number) =>
    makeSplit(
      name,
      Uint8Array.from({ length: examples * 3 * 64 }, (_, i) => (i * 37) % 256),
      Uint8Array.from({ length: examples }, (_, i) => i % 4),
      [3, 8, 8],
      4,
    );
  const dataset = {
    name: 'made up',
    classes: ['a', 'b', 'c', 'd'],
    train: images('train', 17),
    test: images('test', 8),
  };
  const content = recipeContent('standard');
  const recipe = checkRecipe({
    ...content,
    dataset: { name: 'cifar-10', validation: 0 },
    model: { architecture: 'resnet18', options: { width: 2, classes: 4 } },
    training: { ...(content.training as object), select: 'last', batchSize: 8 },
  });
  const folder = temporaryRun();
  const training = trainRecipe({ recipe, dataset, folder, progress: silent });
  await expect(training).rejects.toThrow(
    /the last batch of an epoch has 1 of the 17 training images.*more than one value a channel.*batchSize/,
  );
  await expect(training).rejects.toBeInstanceOf(SaddlepointError);
  disposeSplit(dataset.train);
  disposeSplit(dataset.test);
});
